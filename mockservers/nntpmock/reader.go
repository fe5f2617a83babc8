package nntpmock

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"harness/mockservers/newsstore"
	"harness/protocols/nntp"
)

// selectGroup makes a group the current one; ok is false if there is none of that name.
func (p *session) selectGroup(name string) bool {
	if p.dev("group-any-case") {
		name = strings.ToLower(name)
	}
	v, ok := p.srv.store.View(name)
	if !ok {
		if p.dev("invalid-group-deselects") {
			p.group, p.current = "", 0
		}
		return false
	}
	old := p.group
	p.group, p.view = name, v
	if p.dev("group-keeps-current") && old == name && p.current > 0 {
		return true
	}
	p.current = 0
	if len(v.Entries) > 0 {
		p.current = v.Entries[0].Number
	}
	return true
}

// shown is the group as its response has it.
func (p *session) shown() nntp.Group {
	g := nntp.Group{Name: p.group, Count: p.view.Count, Low: p.view.Low, High: p.view.High}
	if p.dev("low-falls") {
		g.Low -= p.srv.falls.Add(1)
	}
	if g.Count > 0 {
		return g
	}
	switch {
	case p.dev("empty-group-odd"):
		g.Count, g.Low, g.High = 1, 1, 1
	case p.f.empty == emptyZero:
		g.Low, g.High = 0, 0
	case p.f.empty == emptyHigh:
		g.High = g.Low + 5
	}
	return g
}

func (p *session) doGroup(cmd nntp.Command) error {
	if !p.selectGroup(cmd.Args[0]) {
		if p.listed && p.dev("list-makes-groups") {
			return p.say(nntp.CodeGroup, "0 0 0 "+cmd.Args[0])
		}
		return p.say(nntp.CodeNoSuchGroup, "no such group")
	}
	return p.say(nntp.CodeGroup, string(nntp.AppendGroup(nil, p.shown())))
}

func (p *session) doListGroup(cmd nntp.Command) error {
	name := p.group
	if len(cmd.Args) > 0 {
		name = cmd.Args[0]
	} else if name == "" {
		return p.say(nntp.CodeNoGroup, "no group is selected")
	}
	r := nntp.All
	if len(cmd.Args) > 1 {
		var err error
		if r, err = nntp.ParseRange(cmd.Args[1]); err != nil {
			return p.say(nntp.CodeSyntax, "no range")
		}
	}
	if !p.selectGroup(name) {
		return p.say(nntp.CodeNoSuchGroup, "no such group")
	}
	return p.listing(nntp.CodeGroup, string(nntp.AppendGroup(nil, p.shown())), func(yield func([]byte) bool) {
		var b []byte
		for _, e := range p.view.In(r) {
			if b = strconv.AppendInt(b[:0], e.Number, 10); !yield(b) {
				return
			}
		}
	})
}

// refresh takes in what has come and gone in the current group. It reports whether one is selected.
func (p *session) refresh() bool {
	if p.group == "" {
		return false
	}
	v, ok := p.srv.store.View(p.group)
	if !ok { // the group was removed
		p.group, p.current = "", 0
		return false
	}
	p.view = v
	return true
}

// here is the current article; nil if there is none (any more).
func (p *session) here() *newsstore.Article {
	if p.current == 0 {
		return nil
	}
	return p.view.Article(p.current)
}

func (p *session) doLast(nntp.Command) error {
	if !p.refresh() {
		return p.say(nntp.CodeNoGroup, "no group is selected")
	}
	if p.current == 0 {
		return p.say(nntp.CodeNoCurrent, "there is no current article")
	}
	e, ok := p.view.Previous(p.current)
	if !ok {
		if p.dev("last-420") {
			return p.say(nntp.CodeNoCurrent, "there is no current article")
		}
		if p.dev("last-wraps") && len(p.view.Entries) > 0 {
			return p.moved(p.view.Entries[len(p.view.Entries)-1])
		}
		if p.dev("last-failure-moves") {
			p.current = 0
		}
		return p.say(nntp.CodeNoPrevious, "no previous article")
	}
	return p.moved(e)
}

func (p *session) doNext(nntp.Command) error {
	if !p.refresh() {
		return p.say(nntp.CodeNoGroup, "no group is selected")
	}
	if p.current == 0 {
		return p.say(nntp.CodeNoCurrent, "there is no current article")
	}
	e, ok := p.view.Next(p.current)
	if !ok {
		if p.dev("next-wraps") && len(p.view.Entries) > 0 {
			return p.moved(p.view.Entries[0])
		}
		return p.say(nntp.CodeNoNext, "no next article")
	}
	return p.moved(e)
}

func (p *session) moved(e newsstore.Entry) error {
	if !p.dev(strings.ToLower(p.name) + "-stays") {
		p.current = e.Number
	}
	return p.say(nntp.CodeStat, fmt.Sprintf("%d %s", e.Number, e.Article.ID))
}

// pick returns the article that a command names by message-id, number or nothing. Without one it sends the response, and a is nil.
func (p *session) pick(cmd nntp.Command, at int) (a *newsstore.Article, number int64, err error) {
	if len(cmd.Args) > at && strings.HasPrefix(cmd.Args[at], "<") {
		a = p.srv.store.ByID(nntp.MessageID(cmd.Args[at]))
		if a == nil {
			return nil, 0, p.say(nntp.CodeNoSuchArticle, "no such article")
		}
		if p.f.byIDNumber && p.refresh() && p.view.Article(a.Number(p.group)) == a {
			number = a.Number(p.group)
		}
		if n := a.Number(p.group); p.dev("article-by-id-selects") && n > 0 {
			p.current = n
		}
		return a, number, nil
	}
	if !p.reader {
		return nil, 0, p.say(nntp.CodeNoGroup, "no group is selected")
	}
	if !p.refresh() {
		return nil, 0, p.say(nntp.CodeNoGroup, "no group is selected")
	}
	if len(cmd.Args) <= at {
		if a = p.here(); a == nil {
			return nil, 0, p.say(nntp.CodeNoCurrent, "there is no current article")
		}
		return a, p.current, nil
	}
	n, err := nntp.ParseNumber([]byte(cmd.Args[at]))
	if err != nil {
		return nil, 0, p.say(nntp.CodeSyntax, "no article number")
	}
	place := n
	if p.dev("numbers-mirrored") {
		place = p.view.Low + p.view.High - n
	}
	if a = p.view.Article(place); a == nil {
		if p.dev("missing-deselects") {
			p.current = 0
		}
		if p.dev("missing-423-as-430") {
			return nil, 0, p.say(nntp.CodeNoSuchArticle, "no such article")
		}
		return nil, 0, p.say(nntp.CodeNoSuchNumber, "no article with that number")
	}
	if !p.dev("number-not-current") {
		p.current = n
	}
	return a, n, nil
}

// doArticle is ARTICLE, HEAD, BODY and STAT.
func (p *session) doArticle(cmd nntp.Command) error {
	a, n, err := p.pick(cmd, 0)
	if a == nil {
		return err
	}
	text := strconv.FormatInt(n, 10) + " " + string(a.ID)
	head, body := nntp.SplitArticle(a.Data)
	switch cmd.Name {
	case "ARTICLE":
		if p.dev("article-deselects") {
			p.group, p.current = "", 0
		}
		return p.text(nntp.CodeArticle, text, a.Data)
	case "HEAD":
		if p.dev("head-with-empty-line") {
			head = a.Data[:len(head)+2]
		}
		return p.text(nntp.CodeHead, text, head)
	case "BODY":
		return p.text(nntp.CodeBody, text, body)
	}
	return p.say(nntp.CodeStat, text)
}

// since parses the date and time of NEWGROUPS and NEWNEWS.
func (p *session) since(args []string) (time.Time, error) {
	local := time.Local
	if len(args) > 2 {
		local = time.UTC
	}
	return nntp.ParseSince(args[0], args[1], local, p.srv.store.Now())
}

func (p *session) doNewGroups(cmd nntp.Command) error {
	t, err := p.since(cmd.Args)
	if err != nil {
		return p.say(nntp.CodeSyntax, "no such date")
	}
	groups := p.srv.store.Groups(nil)
	return p.listing(nntp.CodeNewGroups, "new groups", func(yield func([]byte) bool) {
		var b []byte
		for _, g := range groups {
			if g.Created.Before(t) {
				continue
			}
			b = nntp.AppendActive(b[:0], nntp.Active{Name: g.Name, High: g.High, Low: g.Low, Status: p.status(g.Status)})
			if !yield(b) {
				return
			}
		}
	})
}

func (p *session) doNewNews(cmd nntp.Command) error {
	t, err := p.since(cmd.Args[1:])
	if err != nil {
		return p.say(nntp.CodeSyntax, "no such date")
	}
	articles := p.srv.store.Since(t, matching(cmd))
	return p.listing(nntp.CodeNewNews, "new articles", func(yield func([]byte) bool) {
		for _, a := range articles {
			if !yield([]byte(a.ID)) {
				return
			}
		}
	})
}

// chosen is an article with the number under which it is shown.
type chosen struct {
	number int64
	a      *newsstore.Article
}

// choose returns the articles that a command names by message-id, range or nothing. Without one it sends the response, and list is nil. Old commands
// have 420 where a range holds nothing (RFC 2980), the others 423.
func (p *session) choose(cmd nntp.Command, at int) (list []chosen, err error) {
	if len(cmd.Args) <= at || strings.HasPrefix(cmd.Args[at], "<") {
		a, n, err := p.pick(cmd, at)
		if a == nil {
			return nil, err
		}
		return []chosen{{n, a}}, nil
	}
	if !p.refresh() {
		return nil, p.say(nntp.CodeNoGroup, "no group is selected")
	}
	r, err := nntp.ParseRange(cmd.Args[at])
	if err != nil {
		return nil, p.say(nntp.CodeSyntax, "no range")
	}
	entries := p.view.In(r)
	if len(entries) == 0 {
		if cmd.Name[0] == 'X' {
			return nil, p.say(nntp.CodeNoCurrent, "no articles in that range")
		}
		return nil, p.say(nntp.CodeNoSuchNumber, "no articles in that range")
	}
	list = make([]chosen, len(entries))
	for i, e := range entries {
		list[i] = chosen{e.Number, e.Article}
	}
	return list, nil
}

// doOver is OVER and XOVER.
func (p *session) doOver(cmd nntp.Command) error {
	if len(cmd.Args) > 0 && cmd.Args[0][0] == '<' && !p.f.overID {
		return p.say(nntp.CodeNotSupported, "no overview by message-id")
	}
	list, err := p.choose(cmd, 0)
	if list == nil {
		return err
	}
	if err := p.say(nntp.CodeOverview, "overview"); err != nil {
		return err
	}
	return p.block(func(b io.Writer, next func() error) error {
		line := make([]byte, 0, 1024)
		misreports := p.dev("over-lines-believed") || p.dev("over-tabs-kept")
		for _, c := range list {
			if line = c.a.AppendRow(line[:0], c.number); misreports {
				line = p.misreported(line[:0], c)
			}
			if line = p.srv.effects.OnLine(p.name, line); line == nil {
				continue
			}
			line = append(line, '\r', '\n')
			if _, err := b.Write(line); err != nil {
				return err
			}
			if err := next(); err != nil {
				return err
			}
		}
		return nil
	})
}

// misreported is a row as the deviations over-lines-believed and over-tabs-kept have it.
func (p *session) misreported(line []byte, c chosen) []byte {
	o := *c.a.Overview()
	o.Number = c.number
	if p.dev("over-lines-believed") {
		head, _ := nntp.SplitArticle(c.a.Data)
		if f, ok := nntp.LookupField(head, "Lines"); ok {
			o.Lines, _ = strconv.ParseInt(string(f.Content), 10, 64)
		}
	}
	line = nntp.AppendOverview(line, &o)
	if p.dev("over-tabs-kept") {
		line = bytes.Replace(line, bytes.ReplaceAll(o.Subject, []byte("\t"), []byte(" ")), o.Subject, 1)
	}
	return line
}

// field returns the content of a header or metadata item; ok is false if HDR does not show it.
func (p *session) field(a *newsstore.Article, name string) (content string, ok bool) {
	switch strings.ToLower(name) {
	case ":bytes":
		return strconv.FormatInt(a.Overview().Bytes, 10), true
	case ":lines":
		return strconv.FormatInt(a.Overview().Lines, 10), true
	}
	if name[0] == ':' || !p.shows(name) {
		return "", false
	}
	head, _ := nntp.SplitArticle(a.Data)
	f, _ := nntp.LookupField(head, name)
	return string(clean(f.Unfolded())), true
}

// shows reports whether HDR shows a header.
func (p *session) shows(name string) bool {
	if p.f.listHeadersAny {
		return true
	}
	for _, h := range shownHeaders {
		if strings.EqualFold(h, name) {
			return true
		}
	}
	return false
}

// clean has a space in the place of each TAB, NUL, CR and LF (RFC 3977 section 8.5.2).
func clean(b []byte) []byte {
	out := bytes.Clone(b)
	for i, c := range out {
		switch c {
		case 0, '\t', '\r', '\n':
			out[i] = ' '
		}
	}
	return out
}

// doHdr is HDR and XHDR. XHDR shows a message-id where the article was asked for by it (RFC 2980 section 2.6).
func (p *session) doHdr(cmd nntp.Command) error {
	name := cmd.Args[0]
	if strings.HasPrefix(name, ":") && !strings.EqualFold(name, ":bytes") && !strings.EqualFold(name, ":lines") || !strings.HasPrefix(name, ":") && !p.shows(name) {
		return p.say(nntp.CodeNotSupported, "that field is not shown")
	}
	list, err := p.choose(cmd, 1)
	if list == nil {
		return err
	}
	code := nntp.CodeHeaders
	if cmd.Name == "XHDR" {
		code = nntp.CodeHead
	}
	return p.headers(code, cmd, list, func(string) bool { return true })
}

// headers sends the lines of HDR and its kin, for those contents that keep says.
func (p *session) headers(code int, cmd nntp.Command, list []chosen, keep func(content string) bool) error {
	byID := cmd.Name[0] == 'X' && len(cmd.Args) > 1 && strings.HasPrefix(cmd.Args[1], "<")
	return p.listing(code, "headers", func(yield func([]byte) bool) {
		var b []byte
		for _, c := range list {
			content, _ := p.field(c.a, cmd.Args[0])
			if !keep(content) {
				continue
			}
			if byID {
				b = append(b[:0], c.a.ID...)
			} else {
				b = strconv.AppendInt(b[:0], c.number, 10)
			}
			b = append(append(b, ' '), content...)
			if !yield(b) {
				return
			}
		}
	})
}

func (p *session) doXPat(cmd nntp.Command) error {
	pattern, err := nntp.ParsePattern(p.pattern(cmd.Args[2:]))
	if err != nil {
		return p.say(nntp.CodeSyntax, "no pattern")
	}
	list, err := p.choose(nntp.Command{Name: cmd.Name, Args: cmd.Args[:2]}, 1)
	if list == nil {
		return err
	}
	if p.dev("xpat-none-420") && !slices.ContainsFunc(list, func(c chosen) bool {
		content, _ := p.field(c.a, cmd.Args[0])
		return pattern.Match(content)
	}) {
		return p.say(nntp.CodeNoCurrent, "no articles match")
	}
	return p.headers(nntp.CodeHead, cmd, list, pattern.Match)
}

func (p *session) doXRover(cmd nntp.Command) error {
	list, err := p.choose(cmd, 0)
	if list == nil {
		return err
	}
	return p.headers(nntp.CodeOverview, nntp.Command{Name: "XROVER", Args: append([]string{"References"}, cmd.Args...)}, list, func(c string) bool { return c != "" })
}
