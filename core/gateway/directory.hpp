#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "chat/form.hpp"
#include "gateway/context.hpp"
#include "xmpp/register.hpp"

namespace dragoman::gateway {

/// The "Jabber User Directory" of those who are registered here (`directory = true`): who says so when they register
/// is found by searching, nobody else. What they tell of themselves is kept as a document of kind "listing".
class Directory {
 public:
  struct Listing {
    bool listed = false;  ///< the person's own consent
    std::string first, last, email;
    bool operator==(const Listing&) const = default;
  };

  /// Somebody who is listed, as others find them.
  struct Entry {
    std::string jid, nickname;
    Listing listing;
  };

  explicit Directory(Context& context) : context_(context) {}

  void restore(store::Reader& reader);
  /// The questions, in the registration form; none when the operator has no directory.
  void add_fields(chat::Form& form, const std::string& person) const;
  /// Only whether to be listed; nothing for who is not registered.
  void add_consent(chat::Form& form, const std::string& person) const;
  /// The same for clients that know no forms: <misc/> of XEP-0077 says "yes" or "no".
  void add_plain_consent(xmpp::RegisterForm& form, const std::string& person) const;
  /// Keeps the answers; what was not asked or not answered stays as it is. Whoever answers with plain fields is listed
  /// by the word "yes" alone.
  void read_answers(const chat::Fields& answers, const std::string& person);
  void forget(const std::string& person);
  /// Those who are listed and fit, by their addresses; none when the operator has no directory.
  std::vector<Entry> search(const std::function<bool(const Entry& entry)>& fits) const;

 private:
  Listing listing_of(const std::string& person) const;
  chat::Field consent_of(const std::string& person) const;
  std::string owner(const std::string& person) const { return context_.link.jid().str() + ' ' + person; }

  Context& context_;
  std::unordered_map<std::string, Listing> listings_;  // by bare JID; only of those who have said something
};

}  // namespace dragoman::gateway
