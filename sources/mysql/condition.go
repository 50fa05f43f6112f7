package mysql

import "strings"

// atLeast returns the SQL condition that a key is not below some values, in the
// form of which databases make a range of the index:
//
//	a > ? OR a = ? AND b >= ?
//
// (MariaDB reads the whole index for the row form, (a, b) >= (?, ?).) columns
// are the key's columns as they stand in a statement, marks the placeholder for
// the value of each; args are the values in the order of the placeholders. With
// fewer values than columns, only the first columns are compared.
func atLeast(columns, marks []string, values []any) (condition string, args []any) {
	var b strings.Builder
	for i := range values {
		if i > 0 {
			b.WriteString(" OR ")
		}
		for j := range i {
			b.WriteString(columns[j] + " = " + marks[j] + " AND ")
			args = append(args, values[j])
		}
		op := " > "
		if i == len(values)-1 {
			op = " >= "
		}
		b.WriteString(columns[i] + op + marks[i])
		args = append(args, values[i])
	}
	return b.String(), args
}
