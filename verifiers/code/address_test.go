package code

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStreetAddress(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"ship to 58 Dock Road, Limerick, V94 D9JP please", "58 Dock Road, Limerick, V94 D9JP"},
		{"Unit 3/17 Wattle Street, Newcastle NSW 2300", "Unit 3/17 Wattle Street, Newcastle NSW 2300"},
		{"wohnt Hinter der Kirche 8, 90436 Nürnberg.", "Hinter der Kirche 8, 90436 Nürnberg"},
		{"12 bis rue des Lilas, 35000 Rennes", "12 bis rue des Lilas, 35000 Rennes"},
		{"Rua do Sol, n.º 12, 3.º Esq., 8000-456 Faro", "Rua do Sol, n.º 12, 3.º Esq., 8000-456 Faro"},
		{"Rua do Sol, 12 - Apto 4 - Recife - CEP 50343-817", "Rua do Sol, 12 - Apto 4 - Recife - CEP 50343-817"},
		{"Calz. del Valle No. 35, Col. Norte, 72256 Puebla", "Calz. del Valle No. 35, Col. Norte, 72256 Puebla"},
		{"Lepolantie 8 b 17, 33100 Tampere", "Lepolantie 8 b 17, 33100 Tampere"},
		{"Storgatan 21 lgh 1201, 903 02 Umeå", "Storgatan 21 lgh 1201, 903 02 Umeå"},
		{"Nørregade 24, 8. tv, 6700 Esbjerg", "Nørregade 24, 8. tv, 6700 Esbjerg"},
		{"na adresu Husova 54/26, 779 00 Olomouc. Díky", "Husova 54/26, 779 00 Olomouc"},
		{"Ερμού 46, Τ.Κ. 712 05, Ηράκλειο", "Ερμού 46, Τ.Κ. 712 05, Ηράκλειο"},
		{"адрес: 420022, г. Казань, Садовая улица, д. 28, кв. 9.", "420022, г. Казань, Садовая улица, д. 28, кв. 9"},
		{"רחוב הרצל 37, ירושלים 9125478", "רחוב הרצל 37, ירושלים 9125478"},
		{"50 شارع النصر، الجيزة 12565", "50 شارع النصر، الجيزة 12565"},

		{"chapter 12 of the book", ""},
		{"took 12 ms, 3 Hill reports", ""},
		{"Route 66", ""},
		{"Samsung Galaxy 21, 128 GB", ""},
		{"Invoice 2231, 12345 Widgets", ""},
		{"March 12, 2024", ""},
		{"Windows 10, 64 bit", ""},
		{"Order 4711 of Monday 3, 1000 pieces", ""},
		{"192.168.0.1", ""},
		{"sms sent to 02 238 8474 in 3638 ms", ""},
		{"on 3 March 2024 at 10:30", ""},
		{"Table 5, 10 Chairs", ""},
	} {
		var want []string
		if test.want != "" {
			want = []string{test.want}
		}
		if diff := cmp.Diff(want, found(t, "street_address", test.text, 0.5)); diff != "" {
			t.Errorf("%q: %s", test.text, diff)
		}
	}
}

func BenchmarkStreetAddress(b *testing.B) {
	text := []byte("2024-03-12T10:00:01Z INFO worker 12 took 340 ms for Order 4711, 3 retries, next in 15 s at node 7; see Chapter 12 and the Report of May 2023. ")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		findAddresses(text, func(int, int) {})
	}
}
