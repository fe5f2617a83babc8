package ftpmock

import "harness/mockservers"

// deviationsExt are those from RFC 2228, 2389, 2428, 2640, 3659, 4217 and 7151.
var deviationsExt = []mockservers.Deviation{
	rule("feat-no-space", "the lines of FEAT have no space before them", "feat-space"),
	rule("epsv-address", "EPSV tells a network protocol and an address", "epsv-reply"),
	rule("mlsd-no-space", "no space stands before the pathname of MLSD's lines", "mlsx-space"),
	rule("mdtm-local-time", "times are in a time zone of two hours east", "mdtm-utc"),
	rule("mdtm-refuses-directory", "MDTM refuses directories", "mdtm-directory"),
	rule("size-one-too-many", "SIZE tells one octet too many", "size-exact"),
	rule("prot-not-required", "transfers without PROT P are served though the feature REQUIRE-PROT-P is on", "prot-required"),
	rule("ccc-stays-protected", "after CCC the control connection stays protected", "ccc-clear"),
}
