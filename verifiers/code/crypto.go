package code

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"strings"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/sha3"

	"example.com/assay/engine"
)

// wallets lists the checks of crypto-currency addresses.
var wallets = []Check{
	{
		Name:   "bitcoin",
		Doc:    "Bitcoin address: Base58Check with version 0 or 5, or Bech32/Bech32m with prefix bc (BIP 173, BIP 350)",
		Regexp: `[13][1-9A-HJ-NP-Za-km-z]{25,34}|(?:bc1|BC1)[02-9ac-hj-np-zAC-HJ-NP-Z]{8,87}`,
		Valid:  address(func(s string) bool { return base58Version(s, 0, 5) || bech32(s, "bc") }),
	},
	{
		Name:   "litecoin",
		Doc:    "Litecoin address: Base58Check with version 48 or 50, or Bech32 with prefix ltc",
		Regexp: `[LM][1-9A-HJ-NP-Za-km-z]{25,34}|ltc1[02-9ac-hj-np-z]{8,87}`,
		Valid:  address(func(s string) bool { return base58Version(s, 48, 50) || bech32(s, "ltc") }),
	},
	{
		Name:   "dogecoin",
		Doc:    "Dogecoin address: Base58Check with version 30 or 22",
		Regexp: `[DA9][1-9A-HJ-NP-Za-km-z]{32,33}`,
		Valid:  address(func(s string) bool { return base58Version(s, 30, 22) }),
	},
	{
		Name:   "dash",
		Doc:    "Dash address: Base58Check with version 76 or 16",
		Regexp: `[X7][1-9A-HJ-NP-Za-km-z]{32,33}`,
		Valid:  address(func(s string) bool { return base58Version(s, 76, 16) }),
	},
	{
		Name:   "tron",
		Doc:    "Tron address: Base58Check with version 65",
		Regexp: `T[1-9A-HJ-NP-Za-km-z]{33}`,
		Valid:  address(func(s string) bool { return base58Version(s, 65, 65) }),
	},
	{
		Name:   "ripple",
		Doc:    "XRP Ledger account: Base58Check with Ripple's alphabet and version 0",
		Regexp: `r[1-9A-HJ-NP-Za-km-z]{24,34}`,
		Valid:  address(rippleAccount),
	},
	{
		Name:   "ethereum",
		Doc:    "Ethereum address: 0x and 40 hexadecimal digits; with mixed case the EIP-55 checksum must hold, without it context decides",
		Regexp: `0x[0-9a-fA-F]{40}`,
		Valid:  validEthereum,
		Graded: true,
	},
	{
		Name:   "monero",
		Doc:    "Monero address: 95 or 106 characters of block-wise Base58, network byte 18, 19 or 42, Keccak-256 checksum",
		Regexp: `[48][1-9A-HJ-NP-Za-km-z]{94}(?:[1-9A-HJ-NP-Za-km-z]{11})?`,
		Valid:  address(moneroAddress),
	},
	{
		Name:   "cardano",
		Doc:    "Cardano Shelley address: Bech32 with prefix addr or stake",
		Regexp: `(?:addr|stake)1[02-9ac-hj-np-z]{50,110}`,
		Valid:  address(func(s string) bool { return bech32(s, "addr") || bech32(s, "stake") }),
	},
	{
		Name:   "polkadot",
		Doc:    "SS58 address of a Substrate chain (Polkadot, Kusama), BLAKE2b checksum",
		Regexp: `[1C-HJ5][1-9A-HJ-NP-Za-km-z]{46,47}`,
		Valid:  address(ss58),
	},
}

// address makes a Valid of a rule over an address that is a word of its own.
func address(rule func(string) bool) func(engine.Candidate) float64 {
	return func(c engine.Candidate) float64 { return ok(!PartOfNumber(c) && rule(string(c.Bytes()))) }
}

const (
	base58Bitcoin = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	base58Ripple  = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
)

// base58 decodes s in an alphabet, leading zero bytes included; nil if it cannot.
func base58(s, alphabet string) []byte {
	value, radix := new(big.Int), big.NewInt(58)
	zeros := 0
	for i := range len(s) {
		d := strings.IndexByte(alphabet, s[i])
		if d < 0 {
			return nil
		}
		if value.Sign() == 0 && d == 0 {
			zeros++
		}
		value.Add(value.Mul(value, radix), big.NewInt(int64(d)))
	}
	return append(make([]byte, zeros), value.Bytes()...)
}

// base58Check returns the payload of a Base58Check text, version byte first, or
// nil when the double SHA-256 checksum does not hold.
func base58Check(s, alphabet string) []byte {
	raw := base58(s, alphabet)
	if len(raw) < 5 {
		return nil
	}
	body, sum := raw[:len(raw)-4], raw[len(raw)-4:]
	first := sha256.Sum256(body)
	second := sha256.Sum256(first[:])
	if !bytes.Equal(second[:4], sum) {
		return nil
	}
	return body
}

func base58Version(s string, versions ...byte) bool {
	body := base58Check(s, base58Bitcoin)
	return len(body) == 21 && bytes.IndexByte(versions, body[0]) >= 0
}

func rippleAccount(s string) bool {
	body := base58Check(s, base58Ripple)
	return len(body) == 21 && body[0] == 0
}

// bech32 reports whether s is a Bech32 or Bech32m text with that prefix.
func bech32(s, prefix string) bool {
	lower := strings.ToLower(s)
	data, found := strings.CutPrefix(lower, prefix+"1")
	if !found || lower != s && strings.ToUpper(s) != s || len(data) < 8 {
		return false
	}
	sum := uint32(1)
	for i := range len(prefix) {
		sum = bech32Step(sum, uint32(prefix[i]>>5))
	}
	sum = bech32Step(sum, 0)
	for i := range len(prefix) {
		sum = bech32Step(sum, uint32(prefix[i]&31))
	}
	for i := range len(data) {
		d := strings.IndexByte("qpzry9x8gf2tvdw0s3jn54khce6mua7l", data[i])
		if d < 0 {
			return false
		}
		sum = bech32Step(sum, uint32(d))
	}
	return sum == 1 || sum == 0x2bc830a3
}

// bech32Step is one step of the BCH code of BIP 173.
func bech32Step(sum, value uint32) uint32 {
	top := sum >> 25
	sum = (sum&0x1ffffff)<<5 ^ value
	for i, g := range []uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
		if top>>i&1 == 1 {
			sum ^= g
		}
	}
	return sum
}

// validEthereum leaves an address without mixed case, which has no checksum, at
// a score that needs a word nearby.
func validEthereum(c engine.Candidate) float64 {
	hexDigits := string(c.Bytes()[2:])
	if PartOfNumber(c) || strings.Count(hexDigits, "0") > 30 {
		return 0
	}
	lower := strings.ToLower(hexDigits)
	if lower == hexDigits || strings.ToUpper(hexDigits) == hexDigits {
		return 0.6
	}
	return ok(eip55(lower) == hexDigits)
}

// eip55 returns the mixed-case form of an address in lower case.
func eip55(lower string) string {
	h := sha3.NewLegacyKeccak256()
	h.Write([]byte(lower))
	sum := hex.EncodeToString(h.Sum(nil))
	out := []byte(lower)
	for i, b := range out {
		if letterByte(b) && sum[i] >= '8' {
			out[i] = b - 'a' + 'A'
		}
	}
	return string(out)
}

// moneroAddress decodes blocks of 11 characters into 8 bytes, the last shorter.
func moneroAddress(s string) bool {
	sizes := map[int]int{2: 1, 3: 2, 5: 3, 6: 4, 7: 5, 9: 6, 10: 7, 11: 8}
	var raw []byte
	for len(s) > 0 {
		n := min(11, len(s))
		block := bytes.TrimLeft(base58(s[:n], base58Bitcoin), "\x00")
		size := sizes[n]
		if len(block) > size {
			return false
		}
		raw, s = append(append(raw, make([]byte, size-len(block))...), block...), s[n:]
	}
	if len(raw) < 5 || !bytes.Contains([]byte{18, 19, 42}, raw[:1]) {
		return false
	}
	h := sha3.NewLegacyKeccak256()
	h.Write(raw[:len(raw)-4])
	return bytes.Equal(h.Sum(nil)[:4], raw[len(raw)-4:])
}

// ss58 checks a Substrate address of a network below 64 with a 32-byte account.
func ss58(s string) bool {
	raw := base58(s, base58Bitcoin)
	if len(raw) != 35 || raw[0] >= 64 {
		return false
	}
	sum := blake2b.Sum512(append([]byte("SS58PRE"), raw[:33]...))
	return bytes.Equal(sum[:2], raw[33:])
}
