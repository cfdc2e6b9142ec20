#pragma once

#include <functional>
#include <string>
#include <unordered_map>

#include "chat/form.hpp"
#include "gateway/context.hpp"

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

  explicit Directory(Context& context) : context_(context) {}

  void restore(store::Reader& reader);
  /// The questions, in the registration form; none when the operator has no directory.
  void add_fields(chat::Form& form, const std::string& person) const;
  /// Keeps the answers; what was not asked or not answered stays as it is.
  void read_answers(const chat::Fields& answers, const std::string& person);
  void forget(const std::string& person);
  /// Calls `each` for everybody who is listed, with their bare JID.
  void each_listed(const std::function<void(const std::string& person, const Listing& listing)>& each) const;

 private:
  std::string owner(const std::string& person) const { return context_.link.jid().str() + ' ' + person; }

  Context& context_;
  std::unordered_map<std::string, Listing> listings_;  // by bare JID; only of those who have said something
};

}  // namespace dragoman::gateway
