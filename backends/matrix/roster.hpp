#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <nlohmann/json_fwd.hpp>

#include "backends/matrix/event.hpp"

namespace dragoman::backends::matrix {

/// Somebody in a room, as their m.room.member says.
struct Member {
  enum class Membership : std::uint8_t { left, invited, joined, banned, knocking };
  Membership membership = Membership::left;
  std::string display_name;  ///< as they wrote it, not yet fit for XMPP; may be empty
  std::string avatar;        ///< mxc URI
  std::string nickname;      ///< how they are called in this room; who is not joined has none
  Timestamp spoke;           ///< when they last said something, as far as anybody has heard; 0: never
};

Member::Membership membership_in(const Event& event);
/// The member is as the event says.
bool says_the_same(const Event& event, const Member& member);
/// What makes two nicknames one for XMPP: resources are prepared with NFKC.
std::string key_of(std::string_view nickname);
/// What the later one of two with one name is called: "Bob (@bob:hs.tld)".
std::string full_nickname(const std::string& short_one, const std::string& user_id);

/// Who is in a room and how they are called there, the same for everybody: who had a name first keeps it. Only its
/// m.room.member events change it.
class Roster {
 public:
  using Members = std::map<std::string, Member>;

  const Members& members() const { return members_; }
  /// nullptr: nobody has heard of them.
  const Member* find(const std::string& user_id) const;
  /// Who is called so; what is compared is key_of() the nickname.
  std::optional<std::string> holder_of(const std::string& key) const;
  /// The nickname of a member, or what somebody of this name would be called.
  std::string nickname_of(const std::string& user_id) const;

  /// A member event; others, and those about nobody, change nothing.
  void learn(const Event& event);
  /// The list as it is now, in place of what was heard of: events, of which those about members count. Who had a
  /// nickname keeps it.
  void learn_all(const nlohmann::json& events);
  /// Somebody is called so, which says nothing about whether they are in the room; nothing when more is known.
  void note_name(const std::string& user_id, std::string display_name);
  /// Somebody has said something then, which says nothing about whether they are in the room.
  void note_spoken(const std::string& user_id, Timestamp when);
  /// Who speaks is in it, whatever is known.
  void note_joined(const std::string& user_id);
  void clear();

 private:
  std::string free_nickname(const std::string& user_id, std::string_view display_name) const;
  void take_nickname(const std::string& user_id, Member& member);
  void give_back_nickname(const std::string& user_id, Member& member);
  void name_everybody();

  Members members_;
  std::unordered_map<std::string, std::string> named_;  // by key_of() the nickname: user id
};

}  // namespace dragoman::backends::matrix
