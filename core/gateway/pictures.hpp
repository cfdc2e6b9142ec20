#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "chat/event.hpp"
#include "xmpp/avatar.hpp"

namespace dragoman::gateway {

struct Context;
class User;

/// The pictures of people and rooms of one network, the same for everybody (XEP-0084, XEP-0153, XEP-0486): what the
/// network calls that of whom, its hash, and the bytes of those that were shown lately. Bytes that were dropped are got
/// again, over the connection of whoever wants to see them.
class Pictures {
 public:
  static constexpr std::size_t most_bytes = 16 * 1024 * 1024;  ///< kept, as base64
  static constexpr std::size_t most_subjects = 100'000;
  /// Whose picture: a person outside of rooms, or a room.
  using Subject = chat::Conversation;
  /// Nullptr: there is none, or it cannot be had now. Valid during the call.
  using Got = std::function<void(const xmpp::Avatar* picture)>;

  explicit Pictures(Context& context) : context_(context) {}
  Pictures(const Pictures&) = delete;
  Pictures& operator=(const Pictures&) = delete;

  /// The network has pictures at all.
  bool supported() const;
  /// The network tells `by` what somebody's picture is called; empty: they have none. User::on_picture follows when it
  /// is known what that is, at once or when the bytes have come.
  void learn(const Subject& subject, const std::string& picture, User& by);
  /// What is known of a picture, without its bytes: nullptr for who has none, no id while it is being got.
  const xmpp::Avatar* of(const Subject& subject) const;
  /// Its SHA-1, for presence (XEP-0153): an empty one says that there is none, nothing that it is not known yet.
  std::optional<std::string> hash(const Subject& subject) const;
  /// What the network calls it; empty: nothing is known.
  std::string name(const Subject& subject) const;
  void get(const std::string& picture, User& by, Got got);

 private:
  struct Seen {
    std::string picture;
    xmpp::Avatar shown;  ///< without base64
  };
  struct Known {
    std::optional<xmpp::Avatar> avatar;
    std::uint64_t used = 0;
    std::vector<Got> waiting;
  };
  void answered(const std::string& picture, const chat::Done* done);
  void drop_oldest();

  Context& context_;
  std::unordered_map<Subject, Seen> subjects_;
  std::unordered_map<std::string, Known> known_;  // by the network's name
  std::size_t bytes_ = 0;
  std::uint64_t uses_ = 0;
};

}  // namespace dragoman::gateway
