package code

import "slices"

// national lists the checks of national identifiers, a region a file.
var national = slices.Concat(europeWest, europeNorth, europeSouth, europeEast,
	americaNorth, americaSouth, asiaEast, asiaWest, africa)
