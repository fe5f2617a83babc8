// Package mailstore is the mail that the mock servers of SMTP, POP3 and IMAP share: accounts with an inbox each, in memory.
//
// What one mock delivers the others serve. A store is a [Backend]; a mock takes any Backend, so that another kind of store can stand
// behind it.
package mailstore

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"harness/internal/auth"
)

// Backend is what a mail server needs of a store. It is safe for concurrent use. It knows accounts by their prepared names
// ([auth.Prepare]).
type Backend interface {
	auth.Store
	auth.Authorizer
	// Maildrop returns an account's inbox; ok is false if there is no such account.
	Maildrop(user string) (m Maildrop, ok bool)
	// Deliver puts a message into an account's inbox. An unknown account is an error that wraps ErrNoAccount.
	Deliver(user string, m Delivery) error
}

// Maildrop is an inbox as POP3 has it: opened by one session at a time.
type Maildrop interface {
	// Open acquires the exclusive-access lock and returns the maildrop as it is now; [ErrLocked] if another session has it. Shared does without
	// the lock.
	Open(shared bool) (Opened, error)
}

// Opened is a maildrop that a session has opened. It is not safe for concurrent use.
type Opened interface {
	// Messages are those that were there when the maildrop was opened, in order. They do not change.
	Messages() []*Message
	// Remove removes messages from the maildrop, those that it can; the error tells that some were not removed. A message that is not there
	// any more is no error.
	Remove([]*Message) error
	// Close releases the lock. A second call does nothing.
	Close()
}

var (
	// ErrLocked is returned by Open when another session has the lock.
	ErrLocked = errors.New("the maildrop is in use by another session")
	// ErrNoAccount is wrapped by errors about an account that does not exist.
	ErrNoAccount = errors.New("no such account")
)

// Account is an account of a [Store].
type Account struct {
	Name, Password string
	// Token is the bearer token of OAUTHBEARER and XOAUTH2; "" for none.
	Token string
	// ActAs are the accounts that this one may act as; "*" stands for all.
	ActAs []string
}

// Delivery is a message that comes in.
type Delivery struct {
	// Data is the message, header and body. The store keeps it: it is not to be changed afterwards.
	Data []byte
	// Name is for people; it may be empty.
	Name string
	// UniqueID is the id for POP3's UIDL: 1 to 70 characters from 0x21 to 0x7E; "" for one that the store makes.
	UniqueID string
	// Received is when it came in; the zero time for now.
	Received time.Time
}

// Store is a [Backend] in memory.
type Store struct {
	mu       sync.RWMutex
	accounts map[string]*account
	names    []string
}

type account struct {
	Account
	password string // prepared
	inbox    *Inbox
}

var _ Backend = (*Store)(nil)

// New returns a store without accounts.
func New() *Store { return &Store{accounts: make(map[string]*account)} }

// Add adds an account and returns its inbox. A name that is empty or in use, and a name or password that SASLprep refuses, are errors.
func (s *Store) Add(a Account) (*Inbox, error) {
	name, err := auth.Prepare(a.Name)
	if err == nil && name == "" {
		err = errors.New("it is empty")
	}
	if err != nil {
		return nil, fmt.Errorf("account %q: the name cannot be used: %w", a.Name, err)
	}
	password, err := auth.Prepare(a.Password)
	if err != nil {
		return nil, fmt.Errorf("account %q: the password cannot be used: %w", a.Name, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.accounts[name] != nil {
		return nil, fmt.Errorf("account %q is there already", name)
	}
	in := &Inbox{validity: uint32(len(s.names) + 1), next: 1}
	a.Name = name
	s.accounts[name] = &account{Account: a, password: password, inbox: in}
	s.names = append(s.names, name)
	return in, nil
}

// Names returns the accounts' names in the order in which they were added.
func (s *Store) Names() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.names)
}

// Account returns what an account was added with, under its prepared name.
func (s *Store) Account(user string) (Account, bool) {
	if a := s.account(user); a != nil {
		return a.Account, true
	}
	return Account{}, false
}

// Inbox returns an account's inbox.
func (s *Store) Inbox(user string) (*Inbox, bool) {
	if a := s.account(user); a != nil {
		return a.inbox, true
	}
	return nil, false
}

func (s *Store) account(user string) *account {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.accounts[user]
}

// Password implements auth.Store: it is prepared.
func (s *Store) Password(user string) (string, bool) {
	if a := s.account(user); a != nil {
		return a.password, true
	}
	return "", false
}

// TokenUser implements auth.Store.
func (s *Store) TokenUser(token string) (string, bool) {
	if token == "" {
		return "", false
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	for name, a := range s.accounts {
		if a.Token == token {
			return name, true
		}
	}
	return "", false
}

// Authorize implements auth.Authorizer.
func (s *Store) Authorize(user, identity string) bool {
	a := s.account(user)
	return a != nil && s.account(identity) != nil && (slices.Contains(a.ActAs, identity) || slices.Contains(a.ActAs, "*"))
}

// Maildrop implements Backend.
func (s *Store) Maildrop(user string) (Maildrop, bool) {
	in, ok := s.Inbox(user)
	return in, ok
}

// Deliver implements Backend.
func (s *Store) Deliver(user string, d Delivery) error {
	in, ok := s.Inbox(user)
	if !ok {
		return fmt.Errorf("deliver to %q: %w", user, ErrNoAccount)
	}
	in.Deliver(d)
	return nil
}

// Inbox holds the messages of an account. It is safe for concurrent use, and a [Maildrop].
type Inbox struct {
	mu       sync.Mutex
	messages []*Message
	validity uint32
	next     uint32
	locked   bool
	fail     error
}

// Deliver appends a message and returns it. It has a UID that no message of the inbox had before.
func (in *Inbox) Deliver(d Delivery) *Message {
	if d.Received.IsZero() {
		d.Received = time.Now()
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	m := &Message{UID: in.next, UniqueID: d.UniqueID, Name: d.Name, Received: d.Received, Data: d.Data}
	if m.UniqueID == "" {
		m.UniqueID = fmt.Sprintf("%08x.%08x", in.validity, in.next)
	}
	in.next++
	in.messages = append(in.messages, m)
	return m
}

// Messages returns the messages that are there now, in order.
func (in *Inbox) Messages() []*Message {
	in.mu.Lock()
	defer in.mu.Unlock()
	return slices.Clone(in.messages)
}

// Locked reports whether a session has the exclusive-access lock.
func (in *Inbox) Locked() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.locked
}

// FailRemoval has every removal fail with err from now on, after the first of the messages was removed; nil ends that.
func (in *Inbox) FailRemoval(err error) {
	in.mu.Lock()
	in.fail = err
	in.mu.Unlock()
}

// Open implements Maildrop.
func (in *Inbox) Open(shared bool) (Opened, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if !shared {
		if in.locked {
			return nil, ErrLocked
		}
		in.locked = true
	}
	return &opened{in: in, messages: slices.Clone(in.messages), lock: !shared}, nil
}

type opened struct {
	in       *Inbox
	messages []*Message
	lock     bool
}

func (o *opened) Messages() []*Message { return o.messages }

func (o *opened) Remove(gone []*Message) error {
	o.in.mu.Lock()
	defer o.in.mu.Unlock()
	err := o.in.fail
	if err != nil && len(gone) > 0 {
		gone = gone[:1]
	}
	drop := make(map[*Message]bool, len(gone))
	for _, m := range gone {
		drop[m] = true
	}
	o.in.messages = slices.DeleteFunc(o.in.messages, func(m *Message) bool { return drop[m] })
	return err
}

func (o *opened) Close() {
	if !o.lock {
		return
	}
	o.lock = false
	o.in.mu.Lock()
	o.in.locked = false
	o.in.mu.Unlock()
}
