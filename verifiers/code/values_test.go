package code

import (
	"slices"
	"testing"
)

// TestChecks holds, per check, texts with the one span to be found in them, and
// texts in which there is none.
func TestChecks(t *testing.T) {
	tests := []struct {
		name string
		find [][2]string // text, span
		miss []string
	}{
		{"email",
			[][2]string{{"to anna@web.de.", "anna@web.de"}, {"Ж.Иванов@почта.рф", "Ж.Иванов@почта.рф"}, {"mail:a+b@x.co.uk,", "a+b@x.co.uk"}, {"は taro@ex.jpです", "taro@ex.jp"}},
			[]string{"a@b", "icon@2x.png", "x@-bad-.c", "ssh://u:p@host.com/", "a..b@", "@handle"}},
		{"ipv4",
			[][2]string{{"from 84.17.52.130:443", "84.17.52.130"}, {"[10.20.130.40]", "10.20.130.40"}},
			[]string{"1.2.3.4", "version 10.0.19041.1", "1.3.6.1.4.1.311", "256.1.1.100", "255.255.255.0", "v84.17.52.130", "127.0.0.1"}},
		{"ipv6",
			[][2]string{{"fe80::1ff:fe23:4567:890a%eth0", "fe80::1ff:fe23:4567:890a"}, {"2001:41d0:0:1::5", "2001:41d0:0:1::5"}},
			[]string{"::", "::1", "12:30:45", "std::vector", "a:b:c:d"}},
		{"mac",
			[][2]string{{"3c:22:fb:9e:01:d4", "3c:22:fb:9e:01:d4"}, {"3c22.fb9e.01d4", "3c22.fb9e.01d4"}},
			[]string{"00:00:00:00:00:00", "3c:22-fb:9e:01:d4", "3c:22:fb:9e:01", "3c:22:fb:9e:01:d4:aa"}},
		{"date",
			[][2]string{{"12 March 1984", "12 March 1984"}, {"29.02.2004", "29.02.2004"}, {"1984年3月12日", "1984年3月12日"}, {"5 de mayo de 1972", "5 de mayo de 1972"}},
			[]string{"29.02.2003", "31/04/1990", "2024-13-01", "1850-01-01"}},
		{"coordinates",
			[][2]string{{"at 52.520008, 13.404954 today", "52.520008, 13.404954"}, {"POINT(13.4049 52.5200)", "POINT(13.4049 52.5200)"}, {"48°51'29\"N 2°17'40\"E", "48°51'29\"N 2°17'40\"E"}},
			[]string{"99.520008, 13.404954", "0.12345, 0.56789, 0.91234", "1.2, 3.4"}},
		{"bic", [][2]string{{"DEUTDEFF500", "DEUTDEFF500"}}, []string{"ABSOLUTE1", "ABCDZZ2L"}},
		{"aba_routing", [][2]string{{"021000021", "021000021"}}, []string{"021000022", "990000021", "000000000"}},
		{"imei", [][2]string{{withLuhn("35693803564380"), withLuhn("35693803564380")}}, []string{withLuhn("20693803564380"), "356938035643801"}},
		{"vin", [][2]string{{"1M8GDM9AXKP042788", "1M8GDM9AXKP042788"}}, []string{"1M8GDM9A0KP042788", "11111111111111111"}},
		{"ethereum", [][2]string{{"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"}}, []string{"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", "0x0000000000000000000000000000000000000000"}},
		{"bitcoin", [][2]string{{"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"}}, []string{"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}},
		{"person_name",
			[][2]string{{"ask Dr. Katarzyna Nowicka about it", "Katarzyna Nowicka"}, {"I met Michael Johnson there", "Michael Johnson"}, {"Je m'appelle Chloé Lefèvre.", "Chloé Lefèvre"},
				{"меня зовут Анна Иванова", "Анна Иванова"}, {"姓名：王小明", "王小明"}, {"山田太郎様", "山田太郎"}, {"O. Nguyen wrote", "O. Nguyen"}, {"Mrs. O'Brien", "O'Brien"}, {"Contactez Pierre Dupont", "Pierre Dupont"}},
			[]string{"New York", "Visual Studio Code", "Monday March", "Error Handler", "Martin Luther King Street", "com.acme.Mark", "ClassName", "HTTP_SERVER", "Alice's Restaurant", "Rua Maria Silva"}},
		{"city_value", [][2]string{{"Lisbon", "Lisbon"}, {" São Paulo", "São Paulo"}}, []string{"Nowhereville", "12"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, f := range test.find {
				if got := found(t, test.name, f[0], 0.5); !slices.Contains(got, f[1]) {
					t.Errorf("found %q in %q, want %q", got, f[0], f[1])
				}
			}
			for _, text := range test.miss {
				if got := found(t, test.name, text, 0.5); len(got) > 0 {
					t.Errorf("found %q in %q", got, text)
				}
			}
		})
	}
}
