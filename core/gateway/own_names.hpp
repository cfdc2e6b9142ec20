#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/reader.hpp"
#include "xmpp/element.hpp"
#include "xmpp/jid.hpp"

namespace dragoman::gateway {

struct Context;
class User;

inline constexpr std::size_t longest_own_name = 200;  ///< bytes

/// How registered people call themselves in XMPP (XEP-0172) becomes their name on networks that take one. Only what
/// they show to everybody who sees their presence: a vCard may have the name of their passport. What a network was told
/// is remembered, since it may be changed there too, and servers say the name again at every login.
class OwnNames {
 public:
  explicit OwnNames(Context& context) : context_(context) {}
  OwnNames(const OwnNames&) = delete;
  OwnNames& operator=(const OwnNames&) = delete;

  void load(store::Reader& reader);
  /// The network takes names at all.
  bool supported() const;
  /// True when the message was the news of somebody's name.
  bool receive(const xmpp::Element& message, const xmpp::Jid& from);
  /// The person is connected to this part of the network: what could not be said before is said.
  void on_ready(User& person, const std::string& part);
  /// What this part was told last; empty: nothing.
  std::string told_to(const std::string& person, const std::string& part) const;
  /// The person has chosen a name for this part themselves, and the network has taken it.
  void chosen(const std::string& person, const std::string& part, const std::string& name);
  void forget(std::string_view person);

 private:
  struct Name {
    std::optional<std::string> wanted;                     ///< nothing: their server has said nothing yet
    std::map<std::string, std::string, std::less<>> told;  ///< by part
  };
  void go_on(User& person, const std::string& part);
  Context& context_;
  std::unordered_map<std::string, Name> people_;  // by bare JID
};

}  // namespace dragoman::gateway
