package nntpspec

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"harness/protocols/nntp"
)

// needsGroup is an error where a command would depend on a group that is not selected.
func (s *refSession) needsGroup(verb, which string) error {
	if s.selected || which != "" && which[0] == '<' || s.Dev("group-not-needed") {
		return nil
	}
	return fmt.Errorf("%s: no group is selected", verb)
}

func (s *refSession) Group(ctx context.Context, name string) (nntp.Group, error) {
	switch {
	case s.Dev("group-lower-case"):
		name = strings.ToLower(name)
	case s.Dev("group-composed"):
		name = norm.NFC.String(name)
	case s.Dev("lists-complete") && s.groups != nil && !slices.Contains(s.groups, name):
		return nntp.Group{}, fmt.Errorf("GROUP: there is no %s", name)
	}
	r, err := s.cmd(ctx, command("GROUP", name), nntp.CodeGroup)
	if err != nil {
		return nntp.Group{}, err
	}
	s.selected = true
	g, err := lenient.ParseGroup(r)
	if err == nil && g.Empty() && s.Dev("empty-refused") {
		return g, errors.New("GROUP: the numbers make no sense")
	}
	return nntp.Group{Name: g.Name, Count: s.number(g.Count), Low: s.number(g.Low), High: s.number(g.High)}, err
}

// number is an article number as the client keeps it.
func (s *refSession) number(n int64) int64 {
	switch {
	case s.Dev("numbers-32-bit"):
		return int64(int32(n))
	case s.Dev("numbers-floating"):
		return int64(float64(n))
	}
	return n
}

// which is where an article stands, as a response says.
func (s *refSession) which(r *nntp.Response) (nntp.Found, error) {
	f, err := lenient.ParseFound(r)
	if err == nil && f.Number == 0 && s.Dev("zero-refused") {
		return f, errors.New("there is no article 0")
	}
	f.Number = s.number(f.Number)
	return f, err
}

func (s *refSession) ListGroup(ctx context.Context, name, articles string) ([]int64, error) {
	if name == "" {
		if err := s.needsGroup("LISTGROUP", ""); err != nil {
			return nil, err
		}
	}
	out, err := refLines(s, ctx, command("LISTGROUP", name, articles), nntp.CodeGroup, nntp.ParseNumber)
	s.selected = s.selected || err == nil
	return out, err
}

// found sends a command that finds an article.
func (s *refSession) found(ctx context.Context, verb, which string) (nntp.Found, error) {
	if err := s.needsGroup(verb, which); err != nil {
		return nntp.Found{}, err
	}
	r, err := s.cmd(ctx, command(verb, which), nntp.CodeStat)
	if err != nil {
		return nntp.Found{}, err
	}
	return s.which(r)
}

func (s *refSession) Stat(ctx context.Context, which string) (nntp.Found, error) {
	return s.found(ctx, "STAT", which)
}
func (s *refSession) Next(ctx context.Context) (nntp.Found, error) { return s.found(ctx, "NEXT", "") }
func (s *refSession) Last(ctx context.Context) (nntp.Found, error) { return s.found(ctx, "LAST", "") }

// retrieve retrieves an article or a part of it.
func (s *refSession) retrieve(ctx context.Context, verb, which string, code int) (a Article, err error) {
	if err := s.needsGroup(verb, which); err != nil {
		return a, err
	}
	r, b, err := s.data(ctx, command(verb, which), code)
	if err != nil {
		return a, err
	}
	if a.Data = b; s.bytes > 0 && len(b) > s.bytes && s.Dev("bytes-believed") {
		a.Data = b[:s.bytes]
	}
	a.Found, err = s.which(r)
	return a, err
}

func (s *refSession) Article(ctx context.Context, which string) (Article, error) {
	return s.retrieve(ctx, "ARTICLE", which, nntp.CodeArticle)
}

func (s *refSession) Head(ctx context.Context, which string) (Article, error) {
	return s.retrieve(ctx, "HEAD", which, nntp.CodeHead)
}

func (s *refSession) Body(ctx context.Context, which string) (Article, error) {
	return s.retrieve(ctx, "BODY", which, nntp.CodeBody)
}

func (s *refSession) Over(ctx context.Context, which string) ([]*nntp.Overview, error) {
	if err := s.needsGroup("OVER", which); err != nil {
		return nil, err
	}
	if s.Dev("implementation-believed") && strings.Contains(s.caps.Implementation(), "no OVER") {
		return nil, errors.New("OVER: the server is known not to have it")
	}
	return refLines(s, ctx, command("OVER", which), nntp.CodeOverview, func(line []byte) (*nntp.Overview, error) {
		o := &nntp.Overview{}
		err := lenient.ParseOverview(line, o)
		o.Number, s.bytes = s.number(o.Number), int(o.Bytes)
		return o, err
	})
}

func (s *refSession) Hdr(ctx context.Context, field, which string) ([]nntp.Header, error) {
	if err := s.needsGroup("HDR", which); err != nil {
		return nil, err
	}
	return refLines(s, ctx, command("HDR", field, which), nntp.CodeHeaders, lenient.ParseHeader)
}

// refAhead is how many commands the reference client sends ahead.
const refAhead = 20

func (s *refSession) Retrieve(ctx context.Context, which ...string) ([]Retrieved, error) {
	out := make([]Retrieved, len(which))
	for from := 0; from < len(which); from += refAhead {
		to := min(from+refAhead, len(which))
		var lines bytes.Buffer
		for _, w := range which[from:to] {
			if err := errors.Join(s.needsGroup("ARTICLE", w), s.check(command("ARTICLE", w))); err != nil {
				return nil, err
			}
			lines.WriteString(s.print(command("ARTICLE", w)))
		}
		if s.Dev("pipelining-unbounded") && to < len(which) {
			if _, err := s.NC.Write(lines.Bytes()); err != nil {
				return nil, err
			}
			continue
		}
		if err := s.answers(ctx, lines.Bytes(), out[from:to]); err != nil {
			s.Close()
			return out, err
		}
	}
	return out, nil
}

// answers sends ARTICLE commands and reads their answers.
func (s *refSession) answers(ctx context.Context, lines []byte, out []Retrieved) error {
	defer s.Arm(ctx)()
	if _, err := s.NC.Write(lines); err != nil {
		return err
	}
	for i := range out {
		r, err := s.response("ARTICLE")
		if err != nil {
			return err
		}
		if out[i].Err = s.judge(r, nntp.CodeArticle); out[i].Err != nil {
			continue
		}
		if out[i].Found, err = lenient.ParseFound(r); err != nil {
			return err
		}
		if out[i].Data, err = s.block(true); err != nil {
			return err
		}
	}
	return nil
}

func (s *refSession) Date(ctx context.Context) (time.Time, error) {
	r, err := s.cmd(ctx, command("DATE"), nntp.CodeDate)
	if err != nil {
		return time.Time{}, err
	}
	return nntp.ParseDate(r.Words()[0])
}

func (s *refSession) Help(ctx context.Context) ([]string, error) {
	return refLines(s, ctx, command("HELP"), nntp.CodeHelp, asText)
}

func (s *refSession) since(t time.Time, words ...string) []string {
	since := nntp.Since(t)
	switch {
	case s.Dev("two-digit-year"):
		since[0] = since[0][2:]
	case s.Dev("local-time"):
		since = []string{t.Format("20060102"), t.Format("150405")}
	}
	return append(words, since...)
}

func (s *refSession) NewGroups(ctx context.Context, since time.Time) ([]nntp.Active, error) {
	return refLines(s, ctx, s.since(since, "NEWGROUPS"), nntp.CodeNewGroups, lenient.ParseActive)
}

func (s *refSession) NewNews(ctx context.Context, wildmat string, since time.Time) ([]nntp.MessageID, error) {
	return refLines(s, ctx, s.since(since, "NEWNEWS", wildmat), nntp.CodeNewNews, func(line []byte) (nntp.MessageID, error) { return nntp.MessageID(line), nil })
}

func (s *refSession) List(ctx context.Context, wildmat string) ([]nntp.Active, error) {
	return refLines(s, ctx, command("LIST", "ACTIVE", wildmat), nntp.CodeList, func(line []byte) (nntp.Active, error) {
		a, err := lenient.ParseActive(line)
		if err == nil && s.Dev("status-known") && !strings.Contains("ymn", a.Status) {
			err = fmt.Errorf("LIST ACTIVE: the status %s", a.Status)
		}
		return a, err
	})
}

func (s *refSession) ListTimes(ctx context.Context, wildmat string) ([]nntp.Created, error) {
	list, err := refLines(s, ctx, command("LIST", "ACTIVE.TIMES", wildmat), nntp.CodeList, lenient.ParseCreated)
	for _, g := range list {
		s.groups = append(s.groups, g.Name)
	}
	return list, err
}

func (s *refSession) ListCounts(ctx context.Context, wildmat string) ([]nntp.Count, error) {
	return refLines(s, ctx, command("LIST", "COUNTS", wildmat), nntp.CodeList, lenient.ParseCount)
}

func (s *refSession) Descriptions(ctx context.Context, wildmat string) ([]nntp.Description, error) {
	list, err := refLines(s, ctx, command("LIST", "NEWSGROUPS", wildmat), nntp.CodeList, lenient.ParseDescription)
	for _, g := range list {
		s.groups = append(s.groups, g.Name)
	}
	return list, err
}

// bare makes a command that has no argument.
func (s *refSession) bare(words ...string) []string {
	if s.Dev("surplus-argument") {
		words = append(words, "*")
	}
	return words
}

func (s *refSession) ListDistribPats(ctx context.Context) ([]nntp.DistribPat, error) {
	return refLines(s, ctx, s.bare("LIST", "DISTRIB.PATS"), nntp.CodeList, lenient.ParseDistribPat)
}

func (s *refSession) ListDistributions(ctx context.Context) ([]nntp.Description, error) {
	return refLines(s, ctx, s.bare("LIST", "DISTRIBUTIONS"), nntp.CodeList, lenient.ParseDescription)
}

func (s *refSession) ListModerators(ctx context.Context) ([]nntp.Moderator, error) {
	return refLines(s, ctx, s.bare("LIST", "MODERATORS"), nntp.CodeList, lenient.ParseModerator)
}

func (s *refSession) ListMotd(ctx context.Context) ([]string, error) {
	return refLines(s, ctx, s.bare("LIST", "MOTD"), nntp.CodeList, asText)
}

func (s *refSession) ListSubscriptions(ctx context.Context, wildmat string) ([]string, error) {
	return refLines(s, ctx, command("LIST", "SUBSCRIPTIONS", wildmat), nntp.CodeList, asText)
}

func (s *refSession) ListHeaders(ctx context.Context, form string) ([]string, error) {
	return refLines(s, ctx, command("LIST", "HEADERS", form), nntp.CodeList, asText)
}

func (s *refSession) ListOverviewFormat(ctx context.Context) (nntp.OverviewFormat, error) {
	lines, err := refLines(s, ctx, command("LIST", "OVERVIEW.FMT"), nntp.CodeList, asText)
	if err != nil {
		return nntp.OverviewFormat{}, err
	}
	return lenient.ParseOverviewFormat(lines)
}

// changedArticles are the deviations that change each article on its way to the server.
var changedArticles = map[string]func(article []byte) []byte{
	"headers-unfolded": unfold,
	"utf8-repaired":    func(a []byte) []byte { return bytes.ToValidUTF8(a, []byte("\ufffd")) },
	"transcodes":       func(a []byte) []byte { return []byte(fromLatin1(a)) },
	"article-cut":      func(a []byte) []byte { return a[:min(len(a), 64<<10)] },
	"message-id-own": func(a []byte) []byte {
		return bytes.Replace(a, []byte(sampleID), []byte("<"+rand.Text()+"@harness.invalid>"), 1)
	},
	"folds-wrongly": func(a []byte) []byte {
		if len(a) < 200 {
			return a
		}
		return bytes.Replace(a, []byte(" subject"), []byte("\r\n\r\n subject"), 1)
	},
}

// unfold takes out the CRLFs of folding.
func unfold(article []byte) []byte {
	head, body, found := bytes.Cut(article, []byte("\r\n\r\n"))
	for _, blank := range []string{" ", "\t"} {
		head = bytes.ReplaceAll(head, []byte("\r\n"+blank), []byte(blank))
	}
	if !found {
		return head
	}
	return slices.Concat(head, []byte("\r\n\r\n"), body)
}

// fromLatin1 takes octets for characters of ISO 8859-1.
func fromLatin1(b []byte) string {
	var out strings.Builder
	for _, c := range b {
		out.WriteRune(rune(c))
	}
	return out.String()
}

// asBlock makes a data block of an article.
func (s *refSession) asBlock(article []byte) ([]byte, error) {
	var out []byte
	for _, d := range s.Deviations.Names() {
		if change := changedArticles[d]; change != nil {
			article = change(article)
		}
	}
	for l := range bytes.Lines(article) {
		l = bytes.TrimSuffix(bytes.TrimSuffix(l, []byte("\n")), []byte("\r"))
		if bytes.ContainsAny(l, "\x00\r") && !s.Dev("octets-unchecked") {
			return nil, errors.New("the article holds NUL or a bare CR")
		}
		if len(l) > 0 && l[0] == '.' && !s.Dev("dots-unstuffed") {
			out = append(out, '.')
		}
		out = append(append(out, l...), "\r\n"...)
	}
	if s.Dev("eighth-bit-stripped") {
		strip(out)
	}
	switch {
	case s.Dev("block-unended"):
		return out, nil
	case s.Dev("end-joined-on"):
		out = bytes.TrimSuffix(out, []byte("\r\n"))
	}
	return append(out, ".\r\n"...), nil
}

// give sends an article behind a command that asked for it, and reads the response.
func (s *refSession) give(ctx context.Context, words []string, asked int, article []byte, code int) error {
	b, err := s.asBlock(article)
	if err != nil {
		return err
	}
	if _, err := s.cmd(ctx, words, asked); err != nil {
		return err
	}
	return s.settled(ctx, words[0], string(b), code)
}

// settled sends octets and reads the response that settles what becomes of an article.
func (s *refSession) settled(ctx context.Context, verb, octets string, code int) error {
	r, err := s.exchange(ctx, verb, octets)
	switch {
	case s.Dev("post-assumed"):
		return nil
	case err != nil && s.Dev("lost-is-437"):
		return &nntp.Response{Command: verb, Code: nntp.CodeRejected}
	case err != nil:
		return err
	}
	return s.judge(r, code)
}

func (s *refSession) Post(ctx context.Context, article []byte) error {
	if s.Dev("greeting-believed") && !s.mayPost {
		return errors.New("POST: the greeting forbids it")
	}
	whole := article
	if !bytes.HasSuffix(whole, []byte("\n")) {
		whole = append(bytes.Clone(whole), "\r\n"...)
	}
	if err := nntp.CheckArticle(whole); err != nil && !s.Dev("article-unchecked") && !s.Dev("octets-unchecked") {
		return err
	}
	err := s.give(ctx, command("POST"), nntp.CodeSendPost, article, nntp.CodePosted)
	if err != nil && responseOf(err).Code == 0 && s.Dev("posts-anew") {
		again, err := s.client.Connect(ctx, s.opts)
		if err != nil {
			return err
		}
		defer again.Close()
		return again.Post(ctx, changedArticles["message-id-own"](article))
	}
	return err
}

func (s *refSession) IHave(ctx context.Context, id nntp.MessageID, article []byte) error {
	if s.Dev("ihave-other-id") {
		id = "<1" + id[1:]
	}
	return s.give(ctx, command("IHAVE", string(id)), nntp.CodeSendArticle, article, nntp.CodeTransferred)
}

func (s *refSession) ModeStream(ctx context.Context) error {
	_, err := s.cmd(ctx, command("MODE", "STREAM"), nntp.CodeStreamingAllowed)
	s.streaming = s.streaming || err == nil
	return err
}

// streams is an error unless the server offers streaming.
func (s *refSession) streams(ctx context.Context, verb string) error {
	if s.streaming || s.Dev("streaming-unasked") {
		return nil
	}
	if err := s.ask(ctx); err != nil {
		return err
	}
	if !s.caps.Has("STREAMING") {
		return fmt.Errorf("%s: the server does not offer streaming", verb)
	}
	return nil
}

func (s *refSession) Check(ctx context.Context, id nntp.MessageID) error {
	if err := s.streams(ctx, "CHECK"); err != nil {
		return err
	}
	_, err := s.cmd(ctx, command("CHECK", string(id)), nntp.CodeSendIt)
	return err
}

func (s *refSession) TakeThis(ctx context.Context, id nntp.MessageID, article []byte) error {
	if err := s.streams(ctx, "TAKETHIS"); err != nil {
		return err
	}
	words := command("TAKETHIS", string(id))
	if err := s.check(words); err != nil {
		return err
	}
	b, err := s.asBlock(article)
	if err != nil {
		return err
	}
	return s.settled(ctx, words[0], s.print(words)+string(b), nntp.CodeTaken)
}

func (s *refSession) Feed(ctx context.Context, offers ...Offer) ([]Outcome, error) {
	out := make([]Outcome, len(offers))
	for i, o := range offers {
		err := s.Check(ctx, o.ID)
		if err == nil {
			if err = s.TakeThis(ctx, o.ID, o.Data); err == nil {
				out[i].Code = nntp.CodeTaken
				continue
			}
		}
		if r := responseOf(err); r.Code != 0 {
			out[i].Code = r.Code
			continue
		}
		out[i].Err = err
		return out, err
	}
	return out, nil
}
