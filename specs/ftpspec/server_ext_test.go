package ftpspec

import (
	"slices"
	"testing"

	"harness/protocols/wire"
)

func TestParseEntry(t *testing.T) {
	for _, good := range []struct {
		raw, name string
		facts     []fact
	}{
		{"Type=file;Size=12; a  b ", "a  b ", []fact{{"Type", "file"}, {"Size", "12"}}},
		{" name", "name", nil},
		{"Perm=; x=y;z", "x=y;z", []fact{{"Perm", ""}}},
		{"Type=OS.unix=slink:/a; l", "l", []fact{{"Type", "OS.unix=slink:/a"}}},
	} {
		e := parseEntry(good.raw, wire.CRLF)
		if e.problem != "" || e.name != good.name || !slices.Equal(e.facts, good.facts) {
			t.Errorf("%q: %+v", good.raw, e)
		}
	}
	for _, bad := range []string{"", "Type=file;", "Type=file name", "Type; name", "=x; name", "Type=file; ", "total 3"} {
		if e := parseEntry(bad, wire.CRLF); e.problem == "" {
			t.Errorf("%q is taken for %+v", bad, e)
		}
	}
	list := parseListing("Type=dir; a\r\nType=file; b\n c")
	if len(list) != 3 || list[0].end != wire.CRLF || list[1].end != wire.LF || list[2].end != wire.None || list[2].name != "c" {
		t.Errorf("the listing is cut into %+v", list)
	}
}

func TestEPSVFields(t *testing.T) {
	for text, port := range map[string]string{"Entering Extended Passive Mode (|||6446|)": "6446", "(!!!1!)": "1", "(|1|::1|5|)": "5"} {
		if f := epsvFields(&reply{lines: []string{text}}); len(f) != 5 || f[3] != port {
			t.Errorf("%q: %q", text, f)
		}
	}
	for _, text := range []string{"(|||6446)", "|||6446|", "(|||x|)", "(||6446|)", "(|||6446|).", "()"} {
		if f := epsvFields(&reply{lines: []string{text}}); f != nil {
			t.Errorf("%q: %q", text, f)
		}
	}
}
