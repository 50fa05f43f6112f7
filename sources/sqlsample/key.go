package sqlsample

// KeyPart is a column of a key without duplicates.
type KeyPart struct {
	Key, Column string
	Primary     bool // the key is the table's primary one
	Usable      bool // rows can be read in the order of the column
}

// PrimaryKey returns the columns of the primary key; nil if there is none.
func PrimaryKey(parts []KeyPart) []string {
	var out []string
	for _, p := range parts {
		if p.Primary {
			out = append(out, p.Column)
		}
	}
	return out
}

// BestKey returns the columns of the first key whose parts, which must stand
// together, are all usable; nil if there is none.
func BestKey(parts []KeyPart) []string {
	var key []string
	usable := true
	for i, p := range parts {
		if i > 0 && p.Key != parts[i-1].Key {
			if usable {
				return key
			}
			key, usable = nil, true
		}
		key, usable = append(key, p.Column), usable && p.Usable
	}
	if !usable {
		return nil
	}
	return key
}
