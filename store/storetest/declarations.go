package storetest

import "example.com/assay"

// declarations: what was declared at the latest scan of each asset.
func declarations(f *fixture) {
	declare := func(asset assay.AssetID, cycle int, declared map[string][]assay.Element) assay.Asset {
		r := covered(result(asset, cycle), "email", assay.StatusScanned)
		r.Task.Asset.Owner, r.Task.Asset.Declared = "shop team", declared
		f.commit(r, r)
		return assay.Asset{ID: asset, Kind: assay.KindTable, Owner: "shop team", Declared: declared}
	}
	old := map[string][]assay.Element{"email": {"iban"}}
	declare(users, 1, old)
	first := declare(users, 2, map[string][]assay.Element{"": {"person_name"}, "email": {"email_address", "person_name"}})
	second := declare("file:/a", 1, nil)
	f.same("all, in order", []assay.Asset{second, first}, collect(f, f.s.Declarations(f.Context(), "")))
	f.same("one", []assay.Asset{first}, collect(f, f.s.Declarations(f.Context(), users)))
	f.same("none", []assay.Asset{}, collect(f, f.s.Declarations(f.Context(), "file:/b")))

	commented := covered(result("file:/c", 1), "email", assay.StatusScanned)
	commented.Coverage[0].Comment = "contact; email_address größer"
	f.commit(commented)
	f.same("the comment on a field", commented.Coverage, collect(f, f.s.Coverage(f.Context(), "file:/c")))
}
