package peers

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"

	"harness/fixtures"
)

// The ports of an NNTP server within its container; [Server.Addr] says where they are reached.
const (
	PortNNTP  = 119 // plain, and TLS after STARTTLS (RFC 4642)
	PortNNTPS = 563 // TLS from the start (RFC 8143 section 3)
	// PortNNSP is for other servers that feed it articles, and switches to reading by MODE READER (RFC 3977 section 5.3). INN has it.
	PortNNSP = 433
)

// nntpServer is what StartNNTP has to know of an image.
type nntpServer struct {
	transit bool // has a port of its own for other servers
	fed     bool // takes its articles from a feed alone
}

var nntpServers = map[string]nntpServer{
	"cyrus": {fed: true},
	"inn2":  {transit: true},
}

// NNTPServers returns the names that [StartNNTP] knows, sorted.
func NNTPServers() []string { return slices.Sorted(maps.Keys(nntpServers)) }

// NNTPOptions say what an NNTP server starts with.
type NNTPOptions struct {
	// Accounts maps each user name to its password; nil means alice, "wonderland", and bob, "builder". What they may consist of is said at
	// [POP3Options].
	Accounts map[string]string
	// Groups are the server's; nil means those of [fixtures.Newsgroups].
	Groups []fixtures.Newsgroup
	// Articles are in the server, at the places that they name, in groups that there are; nil means those of [fixtures.News] if Groups is nil too.
	// INN has them exact to the octet. Cyrus is fed with them: it numbers them from 1, has its own Path and Xref headers, and lacks those that it refuses.
	Articles []fixtures.NewsArticle
}

// StartNNTP starts the NNTP server of that name, one of [NNTPServers], and returns when it greets on all its ports, which takes a second or two. If its
// image has to be built first, that takes up to a minute more. Everybody may read and post, at Cyrus after authentication; passwords in clear are allowed. The error wraps
// [ErrNoEngine] if there is no engine; it shows the end of the server's log if it does not start within 30 seconds.
func StartNNTP(ctx context.Context, name string, opts NNTPOptions) (*Server, error) {
	kind, known := nntpServers[name]
	if !known {
		return nil, unknownServer("NNTP", name, NNTPServers())
	}
	accounts, err := checkAccounts("an NNTP server", opts.Accounts)
	if err != nil {
		return nil, err
	}
	if opts.Groups == nil {
		opts.Groups = fixtures.Newsgroups()
		if opts.Articles == nil {
			opts.Articles = fixtures.News()
		}
	}
	spool, err := newSpool(opts.Groups, opts.Articles)
	if err != nil {
		return nil, err
	}
	l := launch{
		name:     name,
		accounts: accounts,
		ports:    []port{{PortNNTP, false}, {PortNNTPS, true}},
		greeting: "20",
		farewell: "205",
		seed:     spool.seed,
	}
	if kind.fed {
		l.greeted = spool.feed
	}
	if kind.transit {
		l.ports = append(l.ports, port{PortNNSP, false})
	}
	return start(ctx, l)
}

// spool is what a news server keeps.
type spool struct {
	groups   []fixtures.Newsgroup
	articles []fixtures.NewsArticle
	last     map[string]int64 // the highest number of each group
}

func newSpool(groups []fixtures.Newsgroup, articles []fixtures.NewsArticle) (*spool, error) {
	s := &spool{groups: groups, articles: articles, last: map[string]int64{}}
	for _, g := range groups {
		if g.Name == "" || strings.ContainsAny(g.Name, " \t\r\n/") || g.First < 1 {
			return nil, fmt.Errorf("peers: no newsgroup: %q, first number %d", g.Name, g.First)
		}
		s.last[g.Name] = g.First - 1
	}
	for _, a := range articles {
		if len(a.Places) == 0 || strings.ContainsAny(a.Name, "\t\n/") {
			return nil, fmt.Errorf("peers: article %q has no place, or a name that is none of a file", a.Name)
		}
		for _, p := range a.Places {
			last, ok := s.last[p.Group]
			if !ok || p.Number <= last {
				return nil, fmt.Errorf("peers: article %s cannot have number %d of %s, which is at %d", a.Name, p.Number, p.Group, last)
			}
			s.last[p.Group] = p.Number
		}
	}
	return s, nil
}

// seed adds what containers/common/start says of news/. The lists are those of LIST ACTIVE, ACTIVE.TIMES and NEWSGROUPS (RFC 3977 section 7.6), which
// servers keep as files.
func (s *spool) seed(a *archive) {
	var active, times, descriptions, places strings.Builder
	for _, g := range s.groups {
		fmt.Fprintf(&active, "%s %010d %010d %s\n", g.Name, s.last[g.Name], g.First, g.Status)
		fmt.Fprintf(&times, "%s %d %s\n", g.Name, g.Created.Unix(), g.Creator)
		fmt.Fprintf(&descriptions, "%s\t%s\n", g.Name, g.Description)
	}
	for _, article := range s.articles {
		a.file("news/articles/"+article.Name+".art", 0o644, article.Data)
		for _, p := range article.Places {
			fmt.Fprintf(&places, "%s\t%s\t%d\n", article.Name, p.Group, p.Number)
		}
	}
	a.file("news/active", 0o644, []byte(active.String()))
	a.file("news/active.times", 0o644, []byte(times.String()))
	a.file("news/newsgroups", 0o644, []byte(descriptions.String()))
	a.file("news/places", 0o644, []byte(places.String()))
}

// feed sends the articles by TAKETHIS (RFC 4644 section 2.5), each without waiting for what becomes of the one before.
func (s *spool) feed(ctx context.Context, server *Server) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", server.Addr(PortNNTP))
	if err != nil {
		return fmt.Errorf("peers: feeding server %s: %w", server.Name, err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	sent := make(chan error, 1)
	go func() {
		w := bufio.NewWriter(conn)
		for _, a := range s.articles {
			data := bytes.ReplaceAll(a.Data, []byte("\r\n."), []byte("\r\n.."))
			fmt.Fprintf(w, "TAKETHIS %s\r\n%s.\r\n", a.ID, data)
		}
		fmt.Fprint(w, "QUIT\r\n")
		sent <- w.Flush()
	}()
	taken := 0
	r := bufio.NewScanner(conn)
	for r.Scan() {
		if strings.HasPrefix(r.Text(), "239 ") {
			taken++
		}
		if strings.HasPrefix(r.Text(), "205") {
			break
		}
	}
	conn.Close() // the sender ends too
	err = errors.Join(r.Err(), <-sent)
	if err == nil && 2*taken < len(s.articles) {
		err = errors.New("it refuses most of them")
	}
	if err != nil {
		return fmt.Errorf("peers: feeding server %s: %d of %d articles were taken: %w", server.Name, taken, len(s.articles), server.started(err))
	}
	return nil
}
