package assay

import (
	"context"
	"iter"
	"slices"
	"time"
)

// Role says what the bearer of a token may do. A role may do all that the roles
// before it in Roles may.
type Role string

// The roles.
const (
	RoleViewer   Role = "viewer"   // reads findings, coverage, tasks and verifiers; never a value
	RoleLabeller Role = "labeller" // also sees matched values, one by one and audited, and labels them
	RoleOperator Role = "operator" // also sends dead tasks again, drops tasks, judges findings
	RoleAdmin    Role = "admin"    // also makes and revokes tokens and reads the audit log
)

// Roles lists the roles, the weakest first.
func Roles() []Role { return []Role{RoleViewer, RoleLabeller, RoleOperator, RoleAdmin} }

// Allows reports whether the role may do what needs another one. An unknown role
// may do nothing.
func (r Role) Allows(need Role) bool {
	has, wants := slices.Index(Roles(), r), slices.Index(Roles(), need)
	return has >= 0 && wants >= 0 && has >= wants
}

// The audited actions of operators and administrators.
const (
	ActionRedrive     = "tasks_redrive" // dead tasks wait again
	ActionDrop        = "tasks_drop"    // tasks were removed for good
	ActionTokenCreate = "token_create"  // the object is a token
	ActionTokenRevoke = "token_revoke"  // the object is a token
)

// Token is what a program or a person proves its role with. Its secret is shown
// once, when it is made; only the secret's hash is kept.
type Token struct {
	ID   string `json:"id"`
	Name string `json:"name"` // whose it is, for a person
	Role Role   `json:"role"`
	// Parent is the token with which a browser's session was begun; empty for a
	// token of its own. Revoking the parent revokes the session.
	Parent  string    `json:"parent,omitempty"`
	Hash    string    `json:"-"` // SHA-256 of the secret, in hexadecimal digits
	Author  string    `json:"author"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires,omitzero"` // zero: never
	Revoked time.Time `json:"revoked,omitzero"` // zero: not
}

// Live reports whether the token is in force at a time.
func (t Token) Live(now time.Time) bool {
	return t.Revoked.IsZero() && (t.Expires.IsZero() || now.Before(t.Expires))
}

// TokenStore keeps tokens.
type TokenStore interface {
	// AddToken keeps a new token. ErrConflict when its id is taken.
	AddToken(ctx context.Context, token Token) error
	// Token returns the token with an id. ErrNotFound.
	Token(ctx context.Context, id string) (Token, error)
	// Tokens yields all tokens but sessions, the newest first.
	Tokens(ctx context.Context) iter.Seq2[Token, error]
	// RevokeToken ends a token and its sessions; one that has ended already
	// stays as it is. ErrNotFound.
	RevokeToken(ctx context.Context, id string) error
}
