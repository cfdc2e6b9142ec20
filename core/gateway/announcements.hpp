#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/context.hpp"

namespace dragoman::gateway {

/// What the gateway says by itself: the greeting of a new person, the message of the day, announcements of admins.
/// Texts that admins have set are documents of the kind "announcement".
class Announcements {
 public:
  explicit Announcements(Context& context) : context_(context) {}
  void load(store::Reader& reader);

  /// Speaks first, once a person: several clients show no chat with a bare domain before it has spoken.
  void greet(std::string_view person);
  /// They have found the way by themselves.
  void is_known(std::string_view person);
  /// Empty: what the gateway says without one.
  void set_welcome(std::string text);
  const std::string& welcome() const { return welcome_; }

  /// Somebody has come: tells them the message of the day, once.
  void on_login(std::string_view person);
  const std::string& motd() const { return motd_; }
  /// A new one is told to who is here at once and to others when they come; a correction to those who come.
  void set_motd(std::string text, bool is_new);

  /// To everybody who is online or in a room.
  void announce(const std::string& subject, const std::string& text);

 private:
  void keep();
  void tell_motd(std::string_view person);
  void say(std::string_view person, const std::string& subject, const std::string& text);
  std::string greeting() const;

  Context& context_;
  std::string welcome_, motd_;
  std::int64_t motd_number_ = 0;  // of the newest; grows
};

}  // namespace dragoman::gateway
