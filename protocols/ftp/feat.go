package ftp

import (
	"strconv"
	"strings"

	"harness/protocols/wire"
)

// Feature is a line that FEAT answers (RFC 2389 section 3.2).
type Feature struct {
	// Label in the server's spelling; its case has no meaning.
	Label string
	// Params follow it behind a space; "" if there are none.
	Params string
}

// String returns the feature as it stands on the wire, without the space before it.
func (f Feature) String() string {
	if f.Params == "" {
		return f.Label
	}
	return f.Label + " " + f.Params
}

// Features is the answer to FEAT, in the server's order.
type Features []Feature

// Get returns the first feature with that label, in any case.
func (fs Features) Get(label string) (f Feature, ok bool) {
	for _, f := range fs {
		if strings.EqualFold(f.Label, label) {
			return f, true
		}
	}
	return Feature{}, false
}

// Has reports whether there is a feature with that label, in any case.
func (fs Features) Has(label string) bool {
	_, ok := fs.Get(label)
	return ok
}

// Params returns the parameters of the first feature with that label, in any case; "" if there are none, or no such feature.
func (fs Features) Params(label string) string {
	f, _ := fs.Get(label)
	return f.Params
}

// UTF8 reports whether pathnames are UTF-8 (RFC 2640 section 3.2).
func (fs Features) UTF8() bool { return fs.Has("UTF8") }

// RestStream reports whether a transfer in stream mode can start behind the beginning: REST STREAM (RFC 3659 section 5.4).
func (fs Features) RestStream() bool {
	for _, f := range fs {
		if strings.EqualFold(f.Label, "REST") && strings.EqualFold(strings.TrimSpace(f.Params), "STREAM") {
			return true
		}
	}
	return false
}

// Facts returns the facts that MLSx knows (RFC 3659 section 7.8); ok is false if the feature MLST is absent or makes no sense.
func (fs Features) Facts() (options []FactOption, ok bool) {
	f, ok := fs.Get("MLST")
	if !ok {
		return nil, false
	}
	options, err := Rules{Lenient: true}.ParseFactOptions(f.Params)
	return options, err == nil
}

// Auth returns the mechanisms of AUTH, in upper case: of one line or several, separated by spaces, commas or semicolons (RFC 4217 section 6).
func (fs Features) Auth() []string { return fs.list("AUTH") }

// Protection returns the letters of the levels that PROT knows, in upper case (RFC 4217 section 6); they are in use, though in no RFC.
func (fs Features) Protection() []string { return fs.list("PROT") }

// Languages returns the language tags of LANG, in the server's spelling; current is the one that is marked by "*", "" if none is (RFC 2640 section
// 4.3).
func (fs Features) Languages() (tags []string, current string) {
	for _, l := range strings.FieldsFunc(fs.Params("LANG"), func(c rune) bool { return c == ';' || c == ' ' }) {
		tag, marked := strings.CutSuffix(l, "*")
		if marked {
			current = tag
		}
		tags = append(tags, tag)
	}
	return tags, current
}

func (fs Features) list(label string) []string {
	var out []string
	for _, f := range fs {
		if strings.EqualFold(f.Label, label) {
			out = append(out, strings.FieldsFunc(strings.ToUpper(f.Params), func(c rune) bool { return c == ';' || c == ' ' || c == ',' })...)
		}
	}
	return out
}

// Offers reports whether a server with these features has the command: no feature offers it, or one does.
func (fs Features) Offers(s *Spec) bool { return s.Feature == "" || fs.Has(s.Feature) }

const citeFEAT = "RFC 2389 section 3.2"

// ParseFeatures parses a reply 211 to FEAT: a feature a line between the first line and the last, each behind one space. A reply of one line has no
// features. Lenient rules forgive other space before a feature or none, the reply's code and a hyphen before it, empty lines, octets beyond
// printable ASCII, and another last line than "End".
func (r Rules) ParseFeatures(reply *Reply) (Features, error) {
	if reply.Code != CodeSystemStatus {
		return nil, codeError(reply, CodeSystemStatus, citeFEAT)
	}
	if len(reply.Lines) == 1 {
		return nil, nil
	}
	inner, last := reply.Lines[1:len(reply.Lines)-1], reply.Lines[len(reply.Lines)-1]
	var features Features
	for _, l := range inner {
		f, ok, err := r.feature(l, reply.Code)
		if err != nil {
			return features, err
		}
		if ok {
			features = append(features, f)
		}
	}
	if len(inner) == 0 {
		if err := r.forgive(&wire.SyntaxError{Offset: 3, Got: "-", Want: "a reply of one line, as there are no features", Cite: citeFEAT}); err != nil {
			return features, err
		}
	}
	if !strings.EqualFold(last, "End") {
		if err := r.forgive(&wire.SyntaxError{Offset: 4, Got: last, Want: `"End" on the last line`, Cite: citeFEAT}); err != nil {
			return features, err
		}
	}
	return features, nil
}

// feature parses a line with a feature; ok is false for an empty one that was forgiven.
func (r Rules) feature(line string, code int) (f Feature, ok bool, err error) {
	text := line
	if rest, ok := strings.CutPrefix(text, " "); ok {
		text = rest
	} else {
		if err := r.forgive(&wire.SyntaxError{Got: octetAt(line, 0), Want: "one space before the feature", Cite: citeFEAT}); err != nil {
			return f, false, err
		}
		text = strings.TrimLeft(strings.TrimPrefix(text, strconv.Itoa(code)+"-"), " \t")
	}
	label, params, hasParams := strings.Cut(text, " ")
	if label == "" || hasParams && params == "" {
		if err := r.forgive(&wire.SyntaxError{Offset: len(line) - len(text), Got: octetAt(text, 0), Want: "a feature: a label, and a space before its parameters", Cite: citeFEAT}); err != nil {
			return f, false, err
		}
		text = strings.TrimSpace(text)
		if text == "" {
			return f, false, nil
		}
		label, params, _ = strings.Cut(text, " ")
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c > ' ' && c < 0x7f || i > len(label)-1 && (c == ' ' || c == '\t') {
			continue
		}
		if err := r.forgive(&wire.SyntaxError{Offset: len(line) - len(text) + i, Got: text[i : i+1], Want: "printable ASCII", Cite: citeFEAT}); err != nil {
			return f, false, err
		}
		break
	}
	return Feature{Label: label, Params: strings.TrimRight(params, "\t")}, true, nil
}

// FormatFeatures returns the lines of the reply 211 to FEAT, for [AppendReply].
func FormatFeatures(features Features) []string {
	if len(features) == 0 {
		return []string{"No features"}
	}
	lines := []string{"Features:"}
	for _, f := range features {
		lines = append(lines, " "+f.String())
	}
	return append(lines, "End")
}

// ParseOPTS splits the argument of OPTS: the name of a command, in upper case, and its options as they stand (RFC 2389 section 4).
func (r Rules) ParseOPTS(arg string) (command, options string, err error) {
	command, options, _ = strings.Cut(arg, " ")
	for i := 0; i < len(command); i++ {
		if !isLetter(command[i]) && !isDigit(command[i]) {
			return "", "", &wire.SyntaxError{Offset: i, Got: command[i : i+1], Want: "the name of a command", Cite: "RFC 2389 section 4"}
		}
	}
	if command == "" {
		return "", "", &wire.SyntaxError{Want: "the name of a command", Cite: "RFC 2389 section 4"}
	}
	return strings.ToUpper(command), options, nil
}
