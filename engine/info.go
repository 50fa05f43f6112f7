package engine

// Info returns what is known about the field besides its values, as it was given
// to Set.Field.
func (f *FieldScan) Info() FieldInfo { return f.info }
