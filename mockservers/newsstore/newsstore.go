// Package newsstore keeps newsgroups and their articles in memory for mock servers: numbers and water marks, message-ids that were ever seen, what came
// when. Several servers may share a store, and several sessions use it at once.
//
// What a session reads is a [View], a group as it was at one moment: articles that come or go meanwhile do not disturb it.
package newsstore

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"harness/fixtures"
	"harness/protocols/nntp"
)

// Errors of Add, by errors.Is.
var (
	// ErrDuplicate: the store has the message-id, or had it.
	ErrDuplicate = errors.New("the message-id was seen before")
	// ErrNoGroup: none of the article's newsgroups is here.
	ErrNoGroup = errors.New("none of its newsgroups is here")
	// ErrNoID: the article has no message-id, or one of another form.
	ErrNoID = errors.New("it has no message-id")
)

// Store holds groups and articles. Its methods are safe for concurrent use.
type Store struct {
	host string
	now  func() time.Time

	mu       sync.RWMutex
	groups   map[string]*group
	byID     map[nntp.MessageID]*Article
	seen     map[nntp.MessageID]bool // ever
	arrivals []*Article              // in their order, gone ones included
	last     time.Time
}

// Options of a store. The zero value is usable.
type Options struct {
	// Host is the server's name in Xref headers: "news.example.org" if it is empty.
	Host string
	// Now is the clock; nil for the real one.
	Now func() time.Time
}

// New returns a store without groups.
func New(o Options) *Store {
	if o.Host == "" {
		o.Host = "news.example.org"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Store{host: o.Host, now: o.Now, groups: map[string]*group{}, byID: map[nntp.MessageID]*Article{}, seen: map[nntp.MessageID]bool{}}
}

// Seeded returns a store with the news corpus of package fixtures, in which the articles have the numbers of their Xref headers. They all arrive at the
// time at which it is made.
func Seeded(o Options) *Store {
	s, err := Filled(o, fixtures.Newsgroups(), fixtures.News())
	if err != nil {
		panic(err) // the corpus is embedded, and tested
	}
	return s
}

// Load returns a store with a user's news; [fixtures.LoadNews] says what the directory may hold.
func Load(dir string, o Options) (*Store, error) {
	groups, articles, err := fixtures.LoadNews(dir)
	if err != nil {
		return nil, err
	}
	return Filled(o, groups, articles)
}

// Filled returns a store with groups and articles, which arrive in their order at the time at which it is made. If groups is nil, there are those that the
// articles' headers name, and posting to them is permitted. An article keeps the numbers of its Xref header if they come behind those of its
// groups; else it gets the next ones, by its Newsgroups header. The error names the article that has no place.
func Filled(o Options, groups []fixtures.Newsgroup, articles []fixtures.NewsArticle) (*Store, error) {
	s := New(o)
	for _, g := range groups {
		if err := s.AddGroup(Group{Name: g.Name, Status: g.Status, Description: g.Description, Created: g.Created, Creator: g.Creator, Low: g.First}); err != nil {
			return nil, err
		}
	}
	for _, a := range articles {
		places, err := s.placesOf(a)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.Name, err)
		}
		if groups == nil {
			for _, p := range places {
				if _, ok := s.Group(p.Group); ok {
					continue
				}
				if err := s.AddGroup(Group{Name: p.Group, Low: p.Number}); err != nil {
					return nil, fmt.Errorf("%s: %w", a.Name, err)
				}
			}
		}
		if _, err := s.add(a.Data, nntp.MessageID(a.ID), places); err != nil {
			return nil, fmt.Errorf("%s: %w", a.Name, err)
		}
	}
	return s, nil
}

// placesOf returns where a loaded article belongs: by its Xref header if its numbers fit, else by its Newsgroups header.
func (s *Store) placesOf(a fixtures.NewsArticle) ([]Place, error) {
	if err := nntp.MessageID(a.ID).Check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoID, err)
	}
	var places []Place
	for _, p := range a.Places {
		if g, ok := s.Group(p.Group); ok && p.Number <= g.High {
			places = nil
			break
		}
		places = append(places, Place(p))
	}
	if len(places) > 0 {
		return places, nil
	}
	return newsgroupsOf(a.Data)
}

// Group is a newsgroup, as it is at one moment.
type Group struct {
	Name string
	// Status is "y", "n" or "m", or another one of LIST ACTIVE (RFC 3977 section 7.6.3).
	Status      string
	Description string
	Created     time.Time
	Creator     string
	// Low and High are the water marks, Count the number of articles. An empty group has a High of Low-1.
	Low, High, Count int64
}

// Place is where an article is: a group, and the number there.
type Place struct {
	Group  string
	Number int64
}

// Article is an article. It is not to be modified.
type Article struct {
	ID nntp.MessageID
	// Data is the whole article with CRLF line ends, not dot-stuffed.
	Data    []byte
	Arrived time.Time
	Places  []Place

	gone bool // under the store's lock

	once     sync.Once
	overview nntp.Overview
	row      []byte // of overview, behind the number
}

// Number returns the article's number in a group; 0 if it is not there.
func (a *Article) Number(group string) int64 {
	for _, p := range a.Places {
		if p.Group == group {
			return p.Number
		}
	}
	return 0
}

// Overview returns what OVER shows of the article, but for its number: headers unfolded, :bytes and :lines computed from the article and not taken from
// its headers (RFC 3977 section 8.1), and Xref as a further field. It is shared, and not to be modified.
func (a *Article) Overview() *nntp.Overview {
	a.once.Do(func() {
		head, body := nntp.SplitArticle(a.Data)
		o := &a.overview
		for f := range nntp.Fields(head) {
			var to *[]byte
			switch strings.ToLower(f.Name) {
			case "subject":
				to = &o.Subject
			case "from":
				to = &o.From
			case "date":
				to = &o.Date
			case "message-id":
				to = &o.MessageID
			case "references":
				to = &o.References
			case "xref":
				if len(o.Extra) == 0 {
					o.Extra = [][]byte{append([]byte("Xref: "), f.Unfolded()...)}
				}
				continue
			default:
				continue
			}
			if *to == nil { // the first one counts
				*to = f.Unfolded()
			}
		}
		if o.Extra == nil {
			o.Extra = [][]byte{nil}
		}
		o.Bytes, o.Lines = int64(len(a.Data)), int64(bytes.Count(body, []byte("\n")))
		a.row = nntp.AppendOverview(nil, o)[len("0"):]
	})
	return &a.overview
}

// AppendRow appends the article's row of OVER to b, without CRLF.
func (a *Article) AppendRow(b []byte, number int64) []byte {
	a.Overview()
	return append(strconv.AppendInt(b, number, 10), a.row...)
}

// group is a newsgroup. Its entries are replaced and appended to, never changed in place: a View keeps a slice of them.
type group struct {
	Group
	entries []Entry // by number
}

// Entry is an article in a group.
type Entry struct {
	Number  int64
	Article *Article
}

// AddGroup adds a group without articles. Low is the number that its first article will have, 1 unless set; a Created of zero is the present.
func (s *Store) AddGroup(g Group) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.groups[g.Name] != nil {
		return fmt.Errorf("group %s is there already", g.Name)
	}
	if strings.Trim(g.Name, " ") == "" || strings.ContainsAny(g.Name, " \t\r\n\x00*?,![]\\") {
		return fmt.Errorf("%q can be no group's name (RFC 3977 section 4.1)", g.Name)
	}
	if g.Status == "" {
		g.Status = "y"
	}
	if g.Low < 1 {
		g.Low = 1
	}
	if g.Created.IsZero() {
		g.Created = s.tick()
	}
	g.High, g.Count = g.Low-1, 0
	s.groups[g.Name] = &group{Group: g}
	return nil
}

// RemoveGroup removes a group with its numbers; articles that are in no other group go too.
func (s *Store) RemoveGroup(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.groups[name]
	if g == nil {
		return false
	}
	delete(s.groups, name)
	for _, e := range g.entries {
		if !slices.ContainsFunc(e.Article.Places, func(p Place) bool { return s.groups[p.Group] != nil }) {
			s.forget(e.Article)
		}
	}
	return true
}

// SetStatus changes a group's status.
func (s *Store) SetStatus(name, status string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.groups[name]
	if g != nil {
		g.Status = status
	}
	return g != nil
}

// tick returns the time, which never goes back. The caller holds mu.
func (s *Store) tick() time.Time {
	if t := s.now(); t.After(s.last) {
		s.last = t
	}
	return s.last
}

// Now returns the store's time: the clock by which arrivals and creations are noted (RFC 3977 section 7.1.2).
func (s *Store) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tick()
}

// Group returns a group.
func (s *Store) Group(name string) (Group, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	g := s.groups[name]
	if g == nil {
		return Group{}, false
	}
	return g.Group, true
}

// Groups returns the groups whose names the wildmat matches, sorted by name; nil matches all.
func (s *Store) Groups(w *nntp.Wildmat) []Group {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []Group
	for name, g := range s.groups {
		if w == nil || w.Match(name) {
			out = append(out, g.Group)
		}
	}
	slices.SortFunc(out, func(a, b Group) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// View is a group as it was at one moment.
type View struct {
	Group
	// Entries are its articles by number. They are not to be modified.
	Entries []Entry
}

// View returns a group with its articles.
func (s *Store) View(name string) (View, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	g := s.groups[name]
	if g == nil {
		return View{}, false
	}
	return View{g.Group, g.entries[:len(g.entries):len(g.entries)]}, true
}

// at returns the index of the first entry whose number is n or more.
func (v View) at(n int64) int {
	i, _ := slices.BinarySearchFunc(v.Entries, n, func(e Entry, n int64) int { return cmp.Compare(e.Number, n) })
	return i
}

// Article returns the article of that number; nil if there is none.
func (v View) Article(n int64) *Article {
	if i := v.at(n); i < len(v.Entries) && v.Entries[i].Number == n {
		return v.Entries[i].Article
	}
	return nil
}

// In returns the entries whose numbers are in the range.
func (v View) In(r nntp.Range) []Entry {
	if r.High < r.Low {
		return nil
	}
	i, j := v.at(r.Low), len(v.Entries)
	if !r.Open() {
		j = v.at(r.High + 1)
	}
	return v.Entries[i:max(i, j)]
}

// Next returns the first entry behind n, and Previous the last one before it; ok is false if there is none.
func (v View) Next(n int64) (e Entry, ok bool) {
	if i := v.at(n + 1); i < len(v.Entries) {
		return v.Entries[i], true
	}
	return e, false
}

// Previous returns the last entry before n.
func (v View) Previous(n int64) (e Entry, ok bool) {
	if i := v.at(n); i > 0 {
		return v.Entries[i-1], true
	}
	return e, false
}

// ByID returns the article of that message-id; nil if there is none.
func (s *Store) ByID(id nntp.MessageID) *Article {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.byID[id]
}

// Seen reports whether the store has the message-id, or had it.
func (s *Store) Seen(id nntp.MessageID) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.seen[id]
}

// Add stores an article, which gets the next numbers of those of its newsgroups that are here, and an Xref header that tells them in place of any that it
// has. Its message-id is that of its header. The error wraps ErrDuplicate, ErrNoGroup or ErrNoID.
func (s *Store) Add(data []byte) (*Article, error) {
	head, _ := nntp.SplitArticle(data)
	f, _ := nntp.LookupField(head, "Message-ID")
	id := nntp.MessageID(bytes.Trim(f.Unfolded(), " \t"))
	if id.Check() != nil {
		return nil, ErrNoID
	}
	places, err := newsgroupsOf(data)
	if err != nil {
		return nil, err
	}
	return s.add(data, id, places)
}

// newsgroupsOf returns the places of an article that has no numbers yet.
func newsgroupsOf(data []byte) ([]Place, error) {
	head, _ := nntp.SplitArticle(data)
	f, _ := nntp.LookupField(head, "Newsgroups")
	names, err := nntp.ParseNewsgroups(strings.Trim(string(f.Unfolded()), " \t"))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoGroup, err)
	}
	var places []Place
	for _, n := range names {
		if !slices.ContainsFunc(places, func(p Place) bool { return p.Group == n }) {
			places = append(places, Place{Group: n})
		}
	}
	return places, nil
}

// add stores an article; places whose number is 0 get the next one.
func (s *Store) add(data []byte, id nntp.MessageID, places []Place) (*Article, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen[id] {
		return nil, fmt.Errorf("%s: %w", id, ErrDuplicate)
	}
	places = slices.DeleteFunc(places, func(p Place) bool { return s.groups[p.Group] == nil })
	if len(places) == 0 {
		return nil, fmt.Errorf("%s: %w", id, ErrNoGroup)
	}
	given := true
	for i := range places {
		if places[i].Number == 0 {
			given = false
			places[i].Number = s.groups[places[i].Group].High + 1
		}
	}
	if !given {
		data = withXref(data, s.host, places)
	}
	a := &Article{ID: id, Data: data, Arrived: s.tick(), Places: places}
	s.byID[id], s.seen[id] = a, true
	s.arrivals = append(s.arrivals, a)
	for _, p := range places {
		g := s.groups[p.Group]
		if n := len(g.entries); n > 0 && g.entries[n-1].Number >= p.Number {
			panic(fmt.Sprintf("newsstore: article %s has the number %d in %s behind %d", id, p.Number, p.Group, g.entries[n-1].Number))
		}
		g.entries = append(g.entries, Entry{p.Number, a})
		g.High = max(g.High, p.Number)
		g.Count++
		if g.Count == 1 {
			g.Low = p.Number
		}
	}
	return a, nil
}

// withXref returns the article with an Xref header, which takes the place of any other.
func withXref(data []byte, host string, places []Place) []byte {
	head, body := nntp.SplitArticle(data)
	out := make([]byte, 0, len(data)+100)
	for rest := head; len(rest) > 0; {
		n := nntp.FieldLength(rest)
		if len(rest) < 5 || !strings.EqualFold(string(rest[:5]), "Xref:") {
			out = append(out, rest[:n]...)
		}
		rest = rest[n:]
	}
	out = fmt.Appendf(out, "Xref: %s", host)
	for _, p := range places {
		out = fmt.Appendf(out, " %s:%d", p.Group, p.Number)
	}
	out = append(out, "\r\n\r\n"...)
	return append(out, body...)
}

// Remove takes an article away, as a cancellation or an expiry does: its numbers stay unused, its message-id counts as seen, and where it was the first
// of a group the low water mark rises. It reports whether the article was there.
func (s *Store) Remove(id nntp.MessageID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.byID[id]
	if a == nil {
		return false
	}
	for _, p := range a.Places {
		g := s.groups[p.Group]
		if g == nil {
			continue
		}
		g.entries = slices.DeleteFunc(slices.Clone(g.entries), func(e Entry) bool { return e.Article == a })
		g.Count = int64(len(g.entries))
		if g.Count == 0 {
			g.Low = g.High + 1
		} else {
			g.Low = max(g.Low, g.entries[0].Number)
		}
	}
	s.forget(a)
	return true
}

// forget drops an article. The caller holds mu.
func (s *Store) forget(a *Article) {
	delete(s.byID, a.ID)
	a.gone = true
}

// Since returns the articles that arrived at or after t, are there still, and are in a group whose name the wildmat matches, in the order of their arrival;
// nil matches all.
func (s *Store) Since(t time.Time, w *nntp.Wildmat) []*Article {
	s.mu.RLock()
	defer s.mu.RUnlock()
	i, _ := slices.BinarySearchFunc(s.arrivals, t, func(a *Article, t time.Time) int { return a.Arrived.Compare(t) })
	var out []*Article
	for _, a := range s.arrivals[i:] {
		if a.gone || w != nil && !slices.ContainsFunc(a.Places, func(p Place) bool { return w.Match(p.Group) }) {
			continue
		}
		out = append(out, a)
	}
	return out
}
