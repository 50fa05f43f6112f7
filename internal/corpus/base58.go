package corpus

import (
	"crypto/sha256"
	"math/big"
)

// doubleSHA returns the first four bytes of SHA-256 applied twice.
func doubleSHA(data []byte) []byte {
	first := sha256.Sum256(data)
	second := sha256.Sum256(first[:])
	return second[:4]
}

// base58 writes bytes in Bitcoin's alphabet; each leading zero byte is a 1.
func base58(data []byte) string {
	const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	n, base, digit := new(big.Int).SetBytes(data), big.NewInt(58), new(big.Int)
	var reversed []byte
	for n.Sign() > 0 {
		n.DivMod(n, base, digit)
		reversed = append(reversed, alphabet[digit.Int64()])
	}
	for _, b := range data {
		if b != 0 {
			break
		}
		reversed = append(reversed, '1')
	}
	for i, j := 0, len(reversed)-1; i < j; i, j = i+1, j-1 {
		reversed[i], reversed[j] = reversed[j], reversed[i]
	}
	return string(reversed)
}
