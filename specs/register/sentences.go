package register

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentence is one sentence of an RFC, or one of the things that stand for a sentence in it: a list item without a
// full stop, a rule of a formal syntax with its comments, a "Restrictions: ..." label with its value.
type Sentence struct {
	// Section is the number of the section the sentence is in ("7", "3.2", "Appendix A", "Appendix A.1"), or the
	// title of a section that has no number ("Abstract").
	Section string
	// Text is the sentence with every run of white space folded into one space and trimmed. A list marker is not
	// part of it. A word that the RFC hyphenated at a line end keeps the hyphen and the space.
	Text string
	// Digest is Digest(Text).
	Digest string
	// Keywords are the requirement key words of RFC 2119 in capitals that the sentence uses, each once, in the order of
	// their first use: MUST, MUST NOT, SHALL, SHALL NOT, SHOULD, SHOULD NOT, REQUIRED, RECOMMENDED, NOT RECOMMENDED,
	// MAY, OPTIONAL. It is empty for a sentence that only defines or quotes them.
	Keywords []string
}

// Digest returns the first 12 hexadecimal digits (lower case) of the SHA-256 of text, after every run of white space in
// it was folded into one space and the ends were trimmed.
func Digest(text string) string {
	sum := sha256.Sum256([]byte(fold(text)))
	return hex.EncodeToString(sum[:])[:12]
}

// Sentences cuts the plain text of an RFC into sentences, in the order of the text. It reads the paged form (form
// feeds, page footers and running headers, which it takes out, joining the paragraph that a page end cut) and the unpaged
// one. Sections are recognised by their headings: "3.1.  Title" at any indentation if the number can follow the number
// before it, "Appendix A.  Title", "A.1.  Title", and a title without number at the left margin. The front matter,
// the table of contents, the status, copyright, acknowledgement and reference sections and the addresses yield
// nothing.
//
// A blank line, a list item and a rule of a formal syntax always end a sentence; a semicolon or a colon never does. Input
// that is no RFC yields whatever looks like sentences under a heading; there is no error.
func Sentences(rfc []byte) []Sentence {
	var out []Sentence
	var sec sections
	for _, par := range paragraphs(unpage(rfc)) {
		par = sec.follow(par)
		if len(par) == 0 || sec.skip {
			continue
		}
		for _, b := range blocks(par) {
			texts := []string{b.text}
			if !b.verbatim {
				texts = split(b.text)
			}
			for _, t := range texts {
				if !strings.ContainsFunc(t, unicode.IsLetter) {
					continue
				}
				out = append(out, Sentence{Section: sec.name, Text: t, Digest: Digest(t), Keywords: keywords(t)})
			}
		}
	}
	return out
}

// fold makes one space of every run of white space and trims the ends.
func fold(s string) string { return strings.Join(strings.Fields(s), " ") }

// line is one line of text without its indentation; a blank line has no text.
type line struct {
	indent int
	text   string
}

func (l line) blank() bool { return l.text == "" }

var (
	footerRE = regexp.MustCompile(`\[Page [0-9ivxlc]+\]$`)
	headerRE = regexp.MustCompile(`(^RFC[ -]?[0-9]+\b)|(\bRFC[ -]?[0-9]+$)`)
)

// unpage returns the lines of the text without page footers, running headers and form feeds.
func unpage(rfc []byte) []line {
	text := strings.TrimPrefix(string(rfc), "\ufeff")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\f", "\n\f\n") // in some RFCs the form feed shares its line with the header
	raw := strings.Split(text, "\n")

	// Under the first line of the running header there may be a second one (the title, RFC 959); it is known by
	// coming back on page after page.
	titles := make(map[string]int)
	for i := range raw {
		raw[i] = strings.ToValidUTF8(strings.TrimRight(raw[i], " \t\r"), "\ufffd")
		if i > 0 && headerRE.MatchString(raw[i-1]) && raw[i] != "" {
			titles[raw[i]]++
		}
	}

	var out []line
	broken := false // a page break came since the last line with text
	header := 0     // 1: the running header is due, 2: its second line is
	for _, s := range raw {
		switch {
		case s == "\f":
			broken, header = true, 1
			continue
		case footerRE.MatchString(s) && !strings.HasPrefix(s, "    "):
			broken, header = true, 1
			continue
		case s == "":
			if !broken {
				out = append(out, line{})
			}
			continue
		case broken && header == 1 && headerRE.MatchString(s):
			header = 2
			continue
		case broken && header == 2 && titles[s] > 1:
			header = 0
			continue
		}
		l := parseLine(s)
		if broken {
			broken, header = false, 0
			for len(out) > 0 && out[len(out)-1].blank() {
				out = out[:len(out)-1]
			}
			if len(out) > 0 && !continues(out[len(out)-1], l) {
				out = append(out, line{})
			}
		}
		out = append(out, l)
	}
	return out
}

func parseLine(s string) line {
	n := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case ' ':
			n++
		case '\t':
			n += 8 - n%8
		default:
			return line{indent: n, text: s[i:]}
		}
	}
	return line{}
}

// continues says whether the first line of a page goes on with the paragraph of the last line of the page before.
// A paragraph that ended there and one that goes on with a new sentence look alike; they are cut the same way anyhow.
func continues(last, next line) bool {
	if _, _, item := marker(next); item || dialogueRE.MatchString(next.text) || syntaxRE.MatchString(next.text) || next.indent == 0 {
		return false
	}
	column := last.indent
	if content, _, item := marker(last); item {
		column += content
	}
	if next.indent != column {
		return false
	}
	end := strings.TrimRight(last.text, `)"'”]`)
	if strings.HasSuffix(end, ":") || (strings.ContainsAny(lastByte(end), ".?!") && !abbreviated(end)) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(next.text)
	// A line of filled text was full: the next word did not fit.
	return unicode.IsLower(r) || last.indent+len(last.text)+1+len(firstWord(next.text)) > 62
}

func lastByte(s string) string {
	if s == "" {
		return ""
	}
	return s[len(s)-1:]
}

// paragraphs cuts the lines at the blank ones.
func paragraphs(lines []line) [][]line {
	var out [][]line
	start := 0
	for i := 0; i <= len(lines); i++ {
		if i < len(lines) && !lines[i].blank() {
			continue
		}
		if i > start {
			out = append(out, lines[start:i])
		}
		start = i + 1
	}
	return out
}

// sections follows the headings.
type sections struct {
	name     string // the section: number, "Appendix A.1" or title
	number   []int  // of the last numbered section
	appendix string // "A", "A.1": of the last appendix
	skip     bool   // the section holds nothing of interest
	skipped  string // the name of the section that began the skipping; its subsections are skipped too
	contents bool   // in the table of contents
	begun    bool   // a heading was seen
}

var (
	numberRE   = regexp.MustCompile(`^([0-9]{1,3}(?:\.[0-9]{1,3})*)\.?[ \t]+(\S.*)$`)
	appendixRE = regexp.MustCompile(`^(?i:appendix)[ \t]+([A-Z]|[IVX]{1,4}|[0-9])\b[.:]?[ \t-]*(.*)$`)
	letterRE   = regexp.MustCompile(`^([A-Z])\.[ \t]+(\S.*)$`)
	subRE      = regexp.MustCompile(`^([A-Z](?:\.[0-9]{1,3})+)\.?[ \t]+(\S.*)$`)
	leaderRE   = regexp.MustCompile(`(\.{3,}|( \.){3,}|  \.)[ .]*\s*[0-9ivx]+$`)
	dullRE     = regexp.MustCompile(`^(?i)(status of this (memo|document)|(full )?copyright( (notice|statement))?|(table of )?contents|` +
		`((normative|informative|non-normative|additional|other) )?references( cited)?|bibliography|` +
		`(the )?(author|editor|chair)('s|s'|s|\(s\))?('s)? address(es)?|acknowledge?ments?|intellectual property.*|iesg note|index|contributors)\.?$`)
)

// follow takes the heading off a paragraph and returns what is left of it.
func (s *sections) follow(par []line) []line {
	first := par[0]
	switch {
	case strings.EqualFold(fold(first.text), "table of contents") && len(par) <= 2:
		s.contents, s.skip, s.skipped = true, true, ""
		return nil
	case s.contents && first.indent > 0, leaderRE.MatchString(first.text):
		return nil // an indented line in the contents, or a line with leaders anywhere
	}

	name, title := s.heading(par)
	if name == "" {
		if !s.begun {
			return nil // the title page
		}
		return par
	}
	s.begun, s.contents, s.name = true, false, name
	if s.skipped == "" || !strings.HasPrefix(name, s.skipped+".") {
		s.skip, s.skipped = dullRE.MatchString(title), ""
		if s.skip {
			s.skipped = name
		}
	}
	// The rest of a heading stands under its title; text that follows without a blank line does not.
	column := first.indent + strings.Index(first.text, firstWord(title))
	n := 1
	for n < len(par) && par[n].indent >= column && par[n].indent > first.indent+2 && par[n].indent > 3 {
		n++
	}
	return par[n:]
}

func firstWord(s string) string {
	w, _, _ := strings.Cut(s, " ")
	return w
}

// heading returns the name and title of the section that the paragraph begins, or "".
func (s *sections) heading(par []line) (name, title string) {
	first := par[0]
	text := first.text
	if m := numberRE.FindStringSubmatch(text); m != nil {
		number, ok := parseNumber(m[1])
		if !ok || !s.plausible(number) || (first.indent > 0 && len(number) == 1) || !headline(par, m[2]) {
			return "", ""
		}
		s.number, s.appendix = number, ""
		return m[1], fold(m[2])
	}
	if first.indent > 0 {
		return "", ""
	}
	if m := appendixRE.FindStringSubmatch(text); m != nil && headline(par, m[2]) {
		s.appendix = m[1]
		return "Appendix " + m[1], fold(m[2])
	}
	if m := subRE.FindStringSubmatch(text); m != nil && s.appendix != "" && strings.HasPrefix(m[1], s.appendix[:1]+".") && headline(par, m[2]) {
		return "Appendix " + m[1], fold(m[2])
	}
	if m := letterRE.FindStringSubmatch(text); m != nil && headline(par, m[2]) {
		if m[1] == "A" && s.begun || s.appendix != "" && m[1][0] == s.appendix[0]+1 {
			s.appendix = m[1]
			return "Appendix " + m[1], fold(m[2])
		}
		return "", ""
	}
	r, _ := utf8.DecodeRuneInString(text)
	if len(par) == 1 && unicode.IsUpper(r) && !syntaxRE.MatchString(text) && !strings.ContainsAny(lastByte(text), ",;:") && headline(par, text) {
		return fold(text), fold(text)
	}
	return "", ""
}

// headline says whether the paragraph can be a heading with that title: a few words, no sentence.
func headline(par []line, title string) bool {
	if len(par) > 1 && par[1].indent <= par[0].indent && par[1].indent > 0 {
		return false
	}
	return len(title) <= 90 && !strings.Contains(title, ".  ") && (!strings.HasSuffix(title, ".") || len(title) < 40)
}

func parseNumber(s string) ([]int, bool) {
	var out []int
	for part := range strings.SplitSeq(s, ".") {
		n, err := strconv.Atoi(part)
		if err != nil || n > 200 {
			return nil, false
		}
		out = append(out, n)
	}
	return out, true
}

// plausible says whether a section of that number can follow the last one: its first subsection, or it counts one
// component up (by two at most, and not at all where an RFC gave a number twice). The section above a first subsection
// may be missing, as in RFC 2980.
func (s *sections) plausible(n []int) bool {
	if len(n) == len(s.number)+1 && equal(n[:len(s.number)], s.number) {
		return n[len(n)-1] <= 1
	}
	if up := len(n) - 2; up > 0 && n[up+1] == 1 && len(s.number) >= up && equal(n[:up], s.number[:up]) {
		if last := append(s.number[:len(s.number):len(s.number)], 0); n[up] == last[up]+1 {
			return true
		}
	}
	i := len(n) - 1
	if i >= len(s.number) || !equal(n[:i], s.number[:i]) {
		return false
	}
	step := n[i] - s.number[i]
	return step >= 1 && step <= 2 || step == 0 && i > 0
}

func equal(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// block is a run of text that no sentence crosses.
type block struct {
	text     string
	verbatim bool // is one sentence, whatever full stops are in it
}

var (
	markerRE   = regexp.MustCompile(`^([-*o•]|\(?[0-9]{1,2}[.)]|\(?[a-zA-Z][.)]|\([ivx]{1,4}\)|[ivx]{1,4}[.)])[ \t]+`)
	dialogueRE = regexp.MustCompile(`^(Examples?:[ \t]+)?([CS]:|\[[CS]\])([ \t]|$)`)
	syntaxRE   = regexp.MustCompile(`^(<[^<>]+>|[A-Za-z][A-Za-z0-9-]*)[ \t]*(=/|=|::=)([ \t]|$)`)
)

// marker returns where the text of a list item begins in its line, and the marker.
func marker(l line) (content int, mark string, ok bool) {
	m := markerRE.FindString(l.text)
	return len(m), strings.TrimSpace(m), m != "" && len(m) < len(l.text)
}

// blocks cuts a paragraph where a list item, a line of an example session or a rule of a formal syntax begins.
func blocks(par []line) []block {
	syntax := syntaxRE.MatchString(par[0].text) || (strings.HasPrefix(par[0].text, ";") && len(par) > 1)
	var out []block
	var cur []string
	verbatim := false
	flush := func() {
		if text := fold(strings.Join(cur, " ")); text != "" {
			out = append(out, block{text, verbatim})
		}
		cur, verbatim = nil, false
	}
	items := make(map[int]bool) // indentations at which an item began
	dialogue := -1              // the indentation of the example line that is being read
	for i, l := range par {
		content, _, item := marker(l)
		item = item && !syntax && (i == 0 || items[l.indent] || strings.ContainsAny(lastByte(par[i-1].text), ".:;,?!)"))
		switch {
		case dialogueRE.MatchString(l.text):
			flush()
			verbatim, dialogue = true, l.indent
		case dialogue >= 0 && l.indent <= dialogue:
			flush()
			dialogue = -1
		case syntax && syntaxRE.MatchString(l.text):
			flush()
			verbatim = true
		case syntax && i == 0:
			verbatim = true
		case item && dialogue < 0:
			flush()
			items[l.indent] = true
			l.text = l.text[content:]
		}
		cur = append(cur, l.text)
	}
	flush()
	return out
}

// split cuts folded text into sentences.
func split(text string) []string {
	const marks = ".?!"
	var out []string
	start := 0
	for i := 0; i < len(text); i++ {
		if strings.IndexByte(marks, text[i]) < 0 {
			continue
		}
		// A run of marks and closing marks is looked at once, by its last mark.
		end := i + 1
		for end < len(text) && strings.IndexByte(`)"']`+marks, text[end]) >= 0 {
			end++
		}
		last := i + strings.LastIndexAny(text[i:end], marks)
		i = end - 1
		if end < len(text) && text[end] == ' ' && ends(text[start:last+1], text[last+1:end], text[end+1:]) {
			out = append(out, text[start:end])
			start = end + 1
		}
	}
	if start < len(text) {
		out = append(out, text[start:])
	}
	return out
}

// ends says whether the mark at the end of head ends a sentence, given the closing marks after it and the text after
// those and a space.
func ends(head, closers, rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	if rest == "" || unicode.IsLower(r) || r == '.' || r == ',' || r == ')' || r == ';' {
		return false
	}
	body := head[:len(head)-1]
	if q := lastByte(body); (q == `"` || q == "'" || q == "`") && closers != "" && strings.IndexByte(`"'`, closers[0]) >= 0 {
		return false // a quoted mark: ".", "?"
	}
	if strings.HasSuffix(body, "..") {
		return false // an ellipsis
	}
	if head[len(head)-1] != '.' || closers != "" {
		return true
	}
	if abbreviated(head) {
		return false
	}
	word := body[strings.LastIndexAny(body, " ([\"")+1:]
	if len(word) == 1 && unicode.IsUpper(rune(word[0])) && unicode.IsUpper(r) {
		return false // an initial
	}
	if unicode.IsDigit(r) {
		switch strings.ToLower(word) {
		case "no", "nos", "p", "pp", "sec", "sect", "fig", "vol", "ch":
			return false
		}
	}
	return true
}

// abbreviated says whether text ends with an abbreviation that cannot end a sentence.
func abbreviated(text string) bool {
	word := strings.ToLower(text[strings.LastIndexAny(text, " ([\"")+1:])
	switch word {
	case "e.g.", "i.e.", "eg.", "ie.", "cf.", "vs.", "viz.", "al.", "mr.", "mrs.", "dr.", "resp.", "approx.":
		return true
	}
	return false
}

var (
	keywordRE = regexp.MustCompile(`\b(MUST(?: NOT)?|SHALL(?: NOT)?|SHOULD(?: NOT)?|NOT RECOMMENDED|RECOMMENDED|REQUIRED|MAY|OPTIONAL)\b`)
	definesRE = regexp.MustCompile(`(?i)\bkey ?words?\b.*\b(interpreted|defined|RFC ?2119|RFC ?8174)\b`)
)

// keywords returns the capital key words that the sentence uses. One in quotation marks is spoken about, not used.
func keywords(text string) []string {
	if definesRE.MatchString(text) {
		return nil
	}
	var out []string
	seen := make(map[string]bool)
	for _, m := range keywordRE.FindAllStringIndex(text, -1) {
		word := text[m[0]:m[1]]
		quoted := m[0] > 0 && m[1] < len(text) && strings.IndexByte("\"'`", text[m[0]-1]) >= 0 && strings.IndexByte("\"'", text[m[1]]) >= 0
		if quoted || seen[word] {
			continue
		}
		seen[word] = true
		out = append(out, word)
	}
	return out
}
