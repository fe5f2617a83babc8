package nntp

import (
	"bytes"
	"fmt"
	"iter"
	"strings"

	"harness/protocols/wire"
)

// Field is a header line of an article, unfolded or not.
type Field struct {
	// Name is the header's name as it stands.
	Name string
	// Content is what follows the colon and its space, CRLFs of folding included.
	Content []byte
}

// Unfolded returns the content without the CRLFs of folding.
func (f Field) Unfolded() []byte { return bytes.ReplaceAll(f.Content, []byte("\r\n"), nil) }

// SplitArticle parts an article, with CRLF line ends, into its headers and its body. The empty line between them belongs to neither; an article
// without one has no body.
func SplitArticle(article []byte) (head, body []byte) {
	if bytes.HasPrefix(article, []byte("\r\n")) {
		return nil, article[2:]
	}
	i := bytes.Index(article, []byte("\r\n\r\n"))
	if i < 0 {
		return article, nil
	}
	return article[:i+2], article[i+4:]
}

// Fields returns the headers in their order. What is no header line is passed over; [CheckArticle] finds it.
func Fields(head []byte) iter.Seq[Field] {
	return func(yield func(Field) bool) {
		for len(head) > 0 {
			n := FieldLength(head)
			line := bytes.TrimSuffix(head[:n], []byte("\r\n"))
			head = head[n:]
			i := bytes.IndexByte(line, ':')
			if i < 1 {
				continue
			}
			content := line[i+1:]
			if len(content) > 0 && content[0] == ' ' {
				content = content[1:]
			}
			if !yield(Field{Name: string(line[:i]), Content: content}) {
				return
			}
		}
	}
}

// FieldLength returns the length of the first header of head, its folded lines and its CRLF included.
func FieldLength(head []byte) int {
	at := 0
	for {
		i := bytes.Index(head[at:], []byte("\r\n"))
		if i < 0 {
			return len(head)
		}
		at += i + 2
		if at == len(head) || !isBlank(head[at]) {
			return at
		}
	}
}

// Lookup returns the first header of that name, in any case.
func LookupField(head []byte, name string) (Field, bool) {
	for f := range Fields(head) {
		if strings.EqualFold(f.Name, name) {
			return f, true
		}
	}
	return Field{}, false
}

// CheckArticle returns an error if an article breaks the rules of RFC 3977 section 3.6: at least one header, each a name, a colon and a space, no line of
// a folded header that is blank, an empty line before the body, no NUL, no CR or LF but in CRLF, CRLF at the end.
func CheckArticle(article []byte) error {
	const cite = "RFC 3977 section 3.6"
	for at := 0; ; {
		i := bytes.IndexAny(article[at:], "\r\n\x00")
		if i < 0 {
			break
		}
		at += i
		if article[at] != '\r' || at+1 == len(article) || article[at+1] != '\n' {
			return &wire.SyntaxError{Offset: at, Got: string(article[at]), Want: "no NUL, and no CR or LF but in CRLF", Cite: cite}
		}
		at += 2
	}
	if !bytes.HasSuffix(article, []byte("\r\n")) {
		return &wire.SyntaxError{Offset: len(article), Want: "CRLF", Cite: cite}
	}
	head, _ := SplitArticle(article)
	if len(head) == len(article) {
		return &wire.SyntaxError{Offset: len(article), Want: "an empty line behind the headers", Cite: cite}
	}
	if len(head) == 0 {
		return &wire.SyntaxError{Got: "\r\n", Want: "a header", Cite: cite}
	}
	for at := 0; at < len(head); {
		n := FieldLength(head[at:])
		line := head[at : at+n-2]
		i := bytes.IndexByte(line, ':')
		if i < 1 || !IsField(string(line[:i])) {
			return &wire.SyntaxError{Offset: at, Got: string(line[:min(len(line), 40)]), Want: "a header: a name, a colon and a space", Cite: cite}
		}
		if i+1 < len(line) && line[i+1] != ' ' || i+1 == len(line) {
			return &wire.SyntaxError{Offset: at + i + 1, Got: string(line[i+1 : min(len(line), i+2)]), Want: "a space behind the colon", Cite: cite}
		}
		for part := range bytes.SplitSeq(line[i+1:], []byte("\r\n")) {
			if len(bytes.Trim(part, " \t")) == 0 && bytes.Contains(line, []byte("\r\n")) {
				return &wire.SyntaxError{Offset: at, Got: string(line[:min(len(line), 40)]), Want: "more than blanks on each line of a folded header", Cite: cite}
			}
		}
		at += n
	}
	return nil
}

// once are the headers of which an article has one at the most (RFC 5536 sections 3.1 and 3.2).
var once = []string{"Date", "From", "Message-ID", "Newsgroups", "Path", "Subject", "Approved", "Archive", "Control", "Distribution", "Expires", "Followup-To",
	"Injection-Date", "Injection-Info", "Organization", "References", "Summary", "Supersedes", "User-Agent", "Xref", "Sender", "Reply-To"}

// CheckProto returns an error if an article cannot be injected: RFC 5537 section 3.4.1 wants the headers From, Newsgroups and Subject, and no Injection-Info,
// Xref or "POSTED" in Path; each header of RFC 5536 comes once at the most, and names and message-ids have their form. What an injecting agent adds
// (Message-ID, Date, Path) may be missing.
func CheckProto(article []byte) error {
	if err := CheckArticle(article); err != nil {
		return err
	}
	head, _ := SplitArticle(article)
	seen := map[string]int{}
	for f := range Fields(head) {
		seen[strings.ToLower(f.Name)]++
	}
	for _, name := range []string{"From", "Newsgroups", "Subject"} {
		if seen[strings.ToLower(name)] == 0 {
			return &ArticleError{Field: name, Problem: "is missing", Cite: "RFC 5537 section 3.4.1"}
		}
	}
	for _, name := range []string{"Injection-Info", "Xref"} {
		if seen[strings.ToLower(name)] > 0 {
			return &ArticleError{Field: name, Problem: "is not for the one who posts", Cite: "RFC 5537 section 3.4.1"}
		}
	}
	for _, name := range once {
		if seen[strings.ToLower(name)] > 1 {
			return &ArticleError{Field: name, Problem: "occurs more than once", Cite: "RFC 5536 section 3"}
		}
	}
	for f := range Fields(head) {
		content := strings.Trim(string(f.Unfolded()), " \t")
		switch strings.ToLower(f.Name) {
		case "newsgroups":
			if _, err := ParseNewsgroups(content); err != nil {
				return err
			}
		case "message-id":
			if want := MessageID(content).want(); want != "" {
				return &ArticleError{Field: f.Name, Problem: "is not " + want, Cite: "RFC 5536 section 3.1.3"}
			}
		case "path":
			for _, id := range strings.Split(content, "!") {
				if id = strings.TrimSpace(id); strings.HasPrefix(strings.ToUpper(id), ".POSTED") {
					return &ArticleError{Field: f.Name, Problem: "says that the article was injected before", Cite: "RFC 5537 section 3.4.1"}
				}
			}
		case "from", "subject":
			if content == "" {
				return &ArticleError{Field: f.Name, Problem: "is empty", Cite: "RFC 5536 section 3.1"}
			}
		}
	}
	return nil
}

// ArticleError says what is wrong with an article.
type ArticleError struct {
	// Field is the name of the header.
	Field   string
	Problem string
	// Cite is the rule.
	Cite string
}

// Error names the header, what is wrong with it, and the rule.
func (e *ArticleError) Error() string {
	return fmt.Sprintf("header %s %s (%s)", e.Field, e.Problem, e.Cite)
}

// ParseNewsgroups parses the content of a Newsgroups or Followup-To header: names with commas between them, blanks around those permitted (RFC 5536 section
// 3.1.4).
func ParseNewsgroups(content string) ([]string, error) {
	var out []string
	for _, g := range strings.Split(content, ",") {
		g = strings.Trim(g, " \t")
		if !IsGroup(g) {
			return nil, &ArticleError{Field: "Newsgroups", Problem: fmt.Sprintf("names %s, which is no newsgroup", wire.Quote([]byte(g))), Cite: "RFC 5536 section 3.1.4"}
		}
		out = append(out, g)
	}
	return out, nil
}

// IsGroup reports whether s can be the name of a newsgroup in an article: components of letters, digits, "+", "-" and "_" with dots between them (RFC 5536
// section 3.1.4).
func IsGroup(s string) bool {
	for c := range strings.SplitSeq(s, ".") {
		if c == "" || strings.Trim(c, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-_") != "" {
			return false
		}
	}
	return true
}
