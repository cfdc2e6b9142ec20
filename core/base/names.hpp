#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace dragoman {

/// A name in a Names table: 4 bytes, compared by identity.
struct NameId {
  std::uint32_t index = 0;
  auto operator<=>(const NameId&) const = default;
};

/// Text that is the same for everybody (the nicknames of a network), kept once and counted: membership lists hold
/// NameIds. Two spellings that fold to the same text are two names with the same folded form.
class Names {
 public:
  struct Name {
    std::string text;      ///< as the network spells it
    std::string folded;    ///< what makes two spellings equal there
    std::string resource;  ///< ready to stand, escaped, after "room@gateway/" in a `from` attribute; no two are equal
    std::string occupant_id;  ///< XEP-0421: stays when the person takes another name; empty: the network gives none
    std::string account;      ///< that whoever bears the name is logged in to; empty: to none, or it is not known
    std::string address;      ///< where they come from, "user@host", as far as the network tells
    std::uint32_t uses = 0;
    bool inherited = false;   ///< the occupant_id came from another name
    bool of_account = false;  ///< the occupant_id is that of an account
    bool shown = false;       ///< somebody has seen it
  };

  /// Finds or adds `text` and counts one use. The others are read only when the name is new. A resource that another
  /// name bears already ("ﬁg" and "fig" are one after preparation) gets a number behind it; so does an occupant id that
  /// somebody took along to another name.
  NameId acquire(std::string_view text, std::string_view folded, std::string_view resource,
                 std::string_view occupant_id = {});
  /// The person called `from` is now called `to`, a name that nobody bore before: account and occupant id go along.
  void inherit(NameId from, NameId to);
  /// Whoever bears the name is logged in to this account, or to none (empty). They have this occupant id if they were
  /// not shown before: who logs in or out while they are there keeps the one that they have. `came`: they are there
  /// since a moment ago, so that an id of another account is somebody else's.
  void identify(NameId id, std::string_view account, std::string_view occupant_id, bool came = false);
  /// From now on somebody has seen the occupant id.
  void show(NameId id) { names_[id.index].shown = true; }
  void set_address(NameId id, std::string_view user, std::string_view host);
  /// The id if the text is there; counts nothing.
  bool find(std::string_view text, NameId& id) const;
  /// The name that is shown as this (escaped) resource; counts nothing.
  bool find_resource(std::string_view resource, NameId& id) const;
  void retain(NameId id) { ++names_[id.index].uses; }
  /// The last release forgets the name; its id may then be given to another.
  void release(NameId id);
  const Name& operator[](NameId id) const { return names_[id.index]; }
  std::size_t size() const { return by_text_.size(); }

 private:
  void disinherit(Name& name);
  std::string free_occupant_id(std::string_view wished) const;

  std::deque<Name> names_;  // stable addresses: by_text_ views into it
  std::unordered_map<std::string_view, std::uint32_t> by_text_, by_resource_;
  std::unordered_map<std::string, std::uint32_t> inherited_;  // occupant ids under another name than their first
  std::vector<std::uint32_t> free_;
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
