#pragma once

#include <functional>
#include <set>
#include <string>

#include "backends/irc/message.hpp"
#include "base/text.hpp"
#include "support/irc_script.hpp"

namespace dragoman::test {

/// A server that says yes to everything, so that a session can go on after its script was cut off.
class FriendlyServer {
 public:
  explicit FriendlyServer(IrcScript& irc) : irc_(irc) {}

  /// Answers until nobody has anything more to say.
  void settle() {
    for (int round = 0; round < 200; ++round) {
      const auto lines = irc_.said();
      if (lines.empty()) return;
      for (const std::string& line : lines) answer(line);
    }
    ADD_FAILURE() << "the session never stops talking";
  }
  const std::set<std::string>& joined() const { return joined_; }

 private:
  void answer(const std::string& line) {
    backends::irc::Message said;
    ASSERT_TRUE(backends::irc::parse(line, said)) << line;
    const std::string nick = nick_.empty() ? "*" : nick_;
    if (said.command == "CAP" && said.param(0) == "LS") irc_.server_says(":irc.test CAP * LS :");
    if (said.command == "NICK") {
      if (registered_) irc_.server_says(':' + nick_ + "!u@h NICK " + std::string{said.param(0)});
      nick_ = said.param(0);
    }
    if (said.command == "CAP" && said.param(0) == "END") {
      registered_ = true;
      irc_.server_says(":irc.test 001 " + nick_ + " :Welcome", ":irc.test 422 " + nick_ + " :No MOTD");
    }
    if (said.command == "PING") irc_.server_says(":irc.test PONG irc.test :" + std::string{said.last()});
    if (said.command == "JOIN") {
      for (const std::string_view channel : text::split(said.param(0), ',')) join(std::string{channel});
    }
    if (said.command == "MODE" && said.count == 1) {
      irc_.server_says(":irc.test 324 " + nick_ + ' ' + std::string{said.param(0)} + " +nt");
    }
    if (said.command == "PART") {
      const std::string channel{said.param(0)};
      joined_.erase(text::ascii_lower(channel));
      irc_.server_says(':' + nick_ + "!u@h PART " + channel);
    }
  }
  void join(const std::string& channel) {
    joined_.insert(text::ascii_lower(channel));
    irc_.server_says(':' + nick_ + "!u@h JOIN " + channel, ":irc.test 353 " + nick_ + " = " + channel + " :" + nick_,
                     ":irc.test 366 " + nick_ + ' ' + channel + " :End");
  }

  IrcScript& irc_;
  std::string nick_;
  bool registered_ = false;
  std::set<std::string> joined_;
};

/// Replays a script with the connection dropped after each of its steps. Whatever the step: every command ends in
/// exactly one Done or Failed, the session reconnects and is again in the rooms that its owner believes to be in, and
/// after stop() the owner hears nothing.
inline void survives_a_drop_at_every_step(const std::function<void(IrcScript&)>& script) {
  IrcScript whole;
  script(whole);
  const std::size_t steps = whole.steps();
  ASSERT_GT(steps, 0u);
  for (std::size_t at = 1; at <= steps; ++at) {
    SCOPED_TRACE("dropped after step " + std::to_string(at) + " of " + std::to_string(steps));
    IrcScript irc;
    irc.drop_at = at;
    try {
      script(irc);
    } catch (const IrcScript::Dropped&) {
    }
    irc.drop_at = 0;
    irc.forget();
    if (irc.connected()) irc.lose({Fault::closed, "connection reset"}, {}, true);
    irc.forget();
    irc.time_passes(std::chrono::seconds{1});
    irc.connects();
    FriendlyServer server{irc};
    server.settle();
    irc.time_passes(std::chrono::seconds{20});
    server.settle();
    EXPECT_EQ(irc.session().stage(), backends::irc::Stage::ready);
    for (std::uint64_t command = 1; command <= irc.commands(); ++command) {
      const auto ended = irc.endings().find(command);
      EXPECT_EQ(ended == irc.endings().end() ? 0 : ended->second, 1) << "endings of command " << command;
    }
    EXPECT_EQ(irc.rooms(), server.joined());
    irc.stops("bye");
    const std::size_t before = irc.event_count();
    irc.server_says(":bob!b@h PRIVMSG alice :are you there?");
    irc.time_passes(std::chrono::minutes{5});
    EXPECT_EQ(irc.event_count(), before) << "the owner heard something after stop()";
  }
}

}  // namespace dragoman::test
