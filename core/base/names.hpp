#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/hash_index.hpp"

namespace dragoman {

/// A name in a Names table: 4 bytes, compared by identity.
struct NameId {
  std::uint32_t index = 0;
  auto operator<=>(const NameId&) const = default;
};

/// A realm of a Names table: where names are unique. Names{}'s own, without a text, is the default.
struct RealmId {
  std::uint32_t index = 0;
  auto operator<=>(const RealmId&) const = default;
};

/// Text that is the same for everybody (the nicknames of a network), kept once and counted: membership lists hold
/// NameIds. Two spellings that fold to the same text are two names with the same folded form.
///
/// A network where a nickname means somebody else in another place (the servers of an IRC gateway, the rooms of Matrix)
/// has a realm for each of these. Texts, resources and occupant ids are unique within one; a NameId is in the table.
class Names {
 public:
  struct Name {
    std::string text;         ///< as the network spells it
    std::string folded;       ///< what makes two spellings equal there
    std::string resource;     ///< ready to stand, escaped, after "room@gateway/" in a `from` attribute
    std::string occupant_id;  ///< XEP-0421: stays when the person takes another name; empty: the network gives none
    std::string account;      ///< that whoever bears the name is logged in to; empty: to none, or it is not known
    std::string address;      ///< where they come from, "user@host", as far as the network tells
    std::uint32_t uses = 0;
    RealmId realm;
    bool inherited = false;   ///< the occupant_id came from another name
    bool of_account = false;  ///< the occupant_id is that of an account
    bool shown = false;       ///< somebody has seen it
  };

  Names();
  Names(const Names&) = delete;
  Names& operator=(const Names&) = delete;

  /// Finds or adds a realm and counts one use; each name in it is another one. The empty text is that of RealmId{},
  /// which is always there.
  RealmId enter(std::string_view realm);
  void retain(RealmId id) { ++realms_[id.index].uses; }
  /// The last release forgets the realm; its id may then be given to another.
  void release(RealmId id);
  /// The realm of this text, or `nowhere`, in which no name is found; counts nothing.
  RealmId find_realm(std::string_view realm) const;
  static constexpr RealmId nowhere{0xffffffff};

  /// Finds or adds `text` and counts one use. The others are read only when the name is new. A resource that another
  /// name of the realm bears already ("ﬁg" and "fig" are one after preparation) gets a number behind it; so does an
  /// occupant id that somebody took along to another name.
  NameId acquire(RealmId realm, std::string_view text, std::string_view folded, std::string_view resource,
                 std::string_view occupant_id = {});
  /// The person called `from` is now called `to`, a name of the same realm that nobody bore before: account and
  /// occupant id go along.
  void inherit(NameId from, NameId to);
  /// Whoever bears the name is logged in to this account, or to none (empty). They have this occupant id if they were
  /// not shown before: who logs in or out while they are there keeps the one that they have. `came`: they are there
  /// since a moment ago, so that an id of another account is somebody else's.
  void identify(NameId id, std::string_view account, std::string_view occupant_id, bool came = false);
  /// From now on somebody has seen the occupant id.
  void show(NameId id) { names_[id.index].shown = true; }
  void set_address(NameId id, std::string_view user, std::string_view host);
  /// The id if the text is there; counts nothing.
  bool find(RealmId realm, std::string_view text, NameId& id) const;
  /// The name that is shown as this (escaped) resource; counts nothing.
  bool find_resource(RealmId realm, std::string_view resource, NameId& id) const;
  void retain(NameId id) { ++names_[id.index].uses; }
  /// The last release forgets the name; its id may then be given to another.
  void release(NameId id);
  const Name& operator[](NameId id) const { return names_[id.index]; }
  std::size_t size() const { return by_text_.size(); }
  /// How many realms somebody uses, the one without a text not counted.
  std::size_t realms() const { return by_realm_.size(); }

 private:
  struct Realm {
    std::string text;
    std::uint32_t uses = 0;
    std::unordered_map<std::string, std::uint32_t> inherited;  // occupant ids under another name than their first
  };

  void disinherit(Name& name);
  std::string free_occupant_id(RealmId realm, std::string_view wished) const;

  /// The number of the name of this realm with this text in `field`, or HashIndex::none.
  template <std::string Name::*field>
  std::uint32_t number_of(const HashIndex& index, RealmId realm, std::string_view text) const;

  std::deque<Name> names_;
  HashIndex by_text_, by_resource_;
  std::vector<std::uint32_t> free_;
  std::deque<Realm> realms_;
  std::map<std::string, std::uint32_t, std::less<>> by_realm_;
  std::vector<std::uint32_t> free_realms_;
};

/// The names of one realm, to look them up.
class RealmNames {
 public:
  RealmNames(const Names& names, RealmId realm) : names_(names), realm_(realm) {}
  bool find(std::string_view text, NameId& id) const { return names_.find(realm_, text, id); }
  bool find_resource(std::string_view resource, NameId& id) const { return names_.find_resource(realm_, resource, id); }
  const Names::Name& operator[](NameId id) const { return names_[id]; }

 private:
  const Names& names_;
  RealmId realm_;
};

/// A counted reference to a realm.
class RealmRef {
 public:
  /// To the realm without a text.
  RealmRef() = default;
  RealmRef(Names& names, std::string_view realm) : names_(&names), id_(names.enter(realm)) {}
  RealmRef(const RealmRef& other) : names_(other.names_), id_(other.id_) {
    if (names_) names_->retain(id_);
  }
  RealmRef(RealmRef&& other) noexcept
      : names_(std::exchange(other.names_, nullptr)), id_(std::exchange(other.id_, {})) {}
  RealmRef& operator=(RealmRef other) noexcept {
    std::swap(names_, other.names_);
    std::swap(id_, other.id_);
    return *this;
  }
  ~RealmRef() {
    if (names_) names_->release(id_);
  }
  RealmId id() const { return id_; }

 private:
  Names* names_ = nullptr;
  RealmId id_{};
};

/// A counted reference to a name, for single values; lists hold plain ids and count themselves (see chat/members.hpp).
class NameRef {
 public:
  NameRef() = default;
  NameRef(Names& names, NameId id) : names_(&names), id_(id) { names.retain(id); }
  NameRef(const NameRef& other) : names_(other.names_), id_(other.id_) {
    if (names_) names_->retain(id_);
  }
  NameRef(NameRef&& other) noexcept : names_(other.names_), id_(other.id_) { other.names_ = nullptr; }
  NameRef& operator=(NameRef other) noexcept {
    std::swap(names_, other.names_);
    std::swap(id_, other.id_);
    return *this;
  }
  ~NameRef() {
    if (names_) names_->release(id_);
  }
  NameId id() const { return id_; }
  explicit operator bool() const { return names_ != nullptr; }
  const std::string& text() const { return (*names_)[id_].text; }
  const std::string& resource() const { return (*names_)[id_].resource; }
  const std::string& folded() const { return (*names_)[id_].folded; }

 private:
  Names* names_ = nullptr;
  NameId id_{};
};

}  // namespace dragoman
