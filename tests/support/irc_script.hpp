#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "backends/irc/session.hpp"
#include "support/fixed_random.hpp"
#include "support/irc_events.hpp"
#include "support/manual_clock.hpp"

// The vocabulary of the tests of an IRC session: who says what, in order. Each call is one turn of the loop.
//
//   IrcScript irc{alice()};
//   irc.connects();
//   irc.we_say("CAP LS 302", "NICK alice", "USER alice 0 * :alice");
//   irc.server_says(":irc.test 433 * alice :Nickname is already in use");
//   irc.we_say("NICK alice_");

namespace dragoman::test {

inline backends::irc::Login alice() {
  backends::irc::Login login;
  login.owner = "alice@example.org";
  login.nickname = login.username = login.realname = "alice";
  return login;
}

inline backends::irc::Login with_an_account() {
  backends::irc::Login login = alice();
  login.sasl.account = "alice";
  login.sasl.password = Secret<std::string>{"hunter2"};
  return login;
}

class IrcScript {
 public:
  using Flood = backends::irc::Shared::Flood;
  static constexpr Flood unlimited{.limited = false, .burst = 0, .interval = {}};

  explicit IrcScript(backends::irc::Login login = alice(), Flood flood = unlimited,
                     backends::irc::Encoding encoding = backends::irc::Encoding::utf_8, bool rename_when_taken = true,
                     Names* names = nullptr)
      : names_(names == nullptr ? own_names_ : *names),
        shared_{names_,
                random_,
                [](std::string_view nick) { return std::string{nick}; },
                [](std::string_view identity) { return "id of " + std::string{identity}; },
                "dragoman test",
                encoding,
                flood,
                rename_when_taken,
                {}},
        session_(shared_, std::move(login)) {}
  /// A server of a gateway that has several.
  explicit IrcScript(const std::string& server, Names& names)
      : IrcScript(alice(), unlimited, backends::irc::Encoding::utf_8, true, &names) {
    shared_.suffix = '%' + server;
    shared_.realm = RealmRef{names, server};
  }

  // -- what happens
  void flood_control_becomes(const Flood& flood) { shared_.flood = flood; }
  void connects() {
    run([this](auto& effects) { session_.on_connected(effects, secure); });
    connected_ = true;
    step();
  }
  template <class... Lines>
  void server_says(const Lines&... lines) {
    run([&](auto& effects) {
      (session_.on_line(lines, effects), ...);
      session_.on_input_end(effects);
    });
    step();
  }
  void server_says_line(std::string_view line) { server_says(line); }
  chat::CommandId owner_asks(const chat::Command& command) {
    const auto id = next_command();
    run([&](auto& effects) { session_.perform(id, command, effects); });
    step();
    return id;
  }
  /// Several commands within one turn.
  void owner_asks_at_once(const std::vector<chat::Command>& commands) {
    run([&](auto& effects) {
      for (const chat::Command& command : commands) session_.perform(next_command(), command, effects);
    });
    step();
  }
  void time_passes(Duration by) {
    const Instant end = clock.now() + by;
    for (int i = 0; i < 10'000; ++i) {
      const auto wake = session_.wake(clock.now());
      if (!wake || *wake > end) break;
      if (*wake > clock.now()) clock.advance(*wake - clock.now());
      run([this](auto& effects) { session_.on_wake(effects); });
      if (closing) break;
    }
    if (end > clock.now()) clock.advance(end - clock.now());
    step();
  }
  /// The same at a server that is not silent, so that we do not ask whether it lives.
  void quiet_time_passes(Duration by) {
    constexpr Duration step_of_time = std::chrono::seconds{20};
    for (; by > step_of_time; by -= step_of_time) {
      time_passes(step_of_time);
      server_says(":irc.test PONG irc.test alive");
    }
    time_passes(by);
  }
  /// The link dies. `written`: how much of what we said had left; all of it unless told.
  void drops(std::optional<std::uint64_t> written = {}, bool retries = true, Duration pause = std::chrono::seconds{1}) {
    lose_with(session_.ending({Fault::closed, "connection reset"}), written, retries, pause);
    step();
  }
  /// The session wanted its link closed; the driver does it.
  void link_closes() {
    ASSERT_TRUE(closing) << "the session does not want its link closed";
    const auto ending = *closing;
    lose_with(ending, {}, ending.retry != backends::irc::Farewell::Retry::never);
  }
  void owner_types_the_code(std::string_view code) {
    verified.reset();
    run([&](auto& effects) { session_.verify_account(code, effects); });
  }
  void stops(std::string_view text) {
    run([&](auto& effects) { session_.stop(text, effects); });
  }

  // -- what is expected, each time since the last look
  template <class... Lines>
  void we_say(const Lines&... lines) {
    EXPECT_EQ(said(), (std::vector<std::string>{std::string{lines}...}));
    step();
  }
  void we_say_nothing() { EXPECT_EQ(said(), std::vector<std::string>{}); }
  template <class... Descriptions>
  void owner_hears(const Descriptions&... descriptions) {
    EXPECT_EQ(heard(), (std::vector<std::string>{std::string{descriptions}...}));
    step();
  }
  void owner_hears_nothing() { EXPECT_EQ(heard(), std::vector<std::string>{}); }
  std::vector<std::string> said() {
    std::vector<std::string> lines;
    for (std::size_t end = out_.find("\r\n"); end != std::string::npos; end = out_.find("\r\n")) {
      lines.push_back(out_.substr(0, end));
      out_.erase(0, end + 2);
    }
    EXPECT_EQ(out_, "") << "bytes that are no line";
    return lines;
  }
  std::vector<std::string> heard() { return std::exchange(described_, {}); }
  /// The last events themselves.
  std::vector<chat::Event> events;

  /// How services are spoken to; before anything happens.
  void has_services(std::string_view name) { shared_.services = backends::irc::find_services(name); }

  void tells_channels_who_types() { shared_.typing_in_channels = true; }
  void answers_ctcp(const backends::irc::Shared::Ctcp& how) { shared_.ctcp = how; }
  /// What the operator configured about encodings.
  backends::irc::Encodings& encodings() { return shared_.encodings; }
  /// What the person chose for channels, each time it was to be kept.
  std::vector<std::string> kept_encodings;

  // -- shorthand
  /// Connected, registered and ready, all of it forgotten.
  void is_ready(std::string_view isupport = "CHANTYPES=# PREFIX=(ov)@+ CASEMAPPING=ascii NICKLEN=30",
                std::string_view caps = "") {
    connects();
    const bool some = !caps.empty();
    server_says(":irc.test CAP * LS :" + std::string{caps});
    if (some) server_says(":irc.test CAP * ACK :" + std::string{caps});
    server_says(":irc.test 001 alice :Welcome", ":irc.test 005 alice " + std::string{isupport} + " :are supported",
                ":irc.test 422 alice :No MOTD");
    forget();
  }
  /// In a channel with these names, all of it forgotten.
  void is_in(const std::string& channel, const std::string& names = "alice", const std::string& modes = "+") {
    owner_asks(chat::JoinRoom{chat::RoomId{channel}, "alice", {}});
    server_says(":alice!alice@host.test JOIN " + channel, ":irc.test 353 alice = " + channel + " :" + names,
                ":irc.test 366 alice " + channel + " :End", ":irc.test 315 alice " + channel + " :End",
                ":irc.test 324 alice " + channel + ' ' + modes);
    forget();
  }
  void forget() {
    out_.clear();
    described_.clear();
    events.clear();
  }

  ManualClock clock;
  bool secure = true;                          ///< the links from now on have TLS
  std::vector<std::string> security_policies;  ///< what the server said of STS
  std::optional<backends::irc::Ending> closing;
  std::optional<Result<std::string>> verified;  ///< the last answer to a code
  backends::irc::Session& session() { return session_; }
  Names& names() { return names_; }

  // -- for survives_a_drop_at_every_step
  struct Dropped {};
  std::size_t drop_at = 0;  ///< 0: never
  std::size_t steps() const { return steps_; }
  bool connected() const { return connected_; }
  const std::map<std::uint64_t, int>& endings() const { return endings_; }
  std::uint64_t commands() const { return last_command_; }
  const std::set<std::string>& rooms() const { return rooms_; }
  std::size_t event_count() const { return event_count_; }
  void lose(const Error& error, std::optional<std::uint64_t> written, bool retries) {
    lose_with(session_.ending(error), written, retries);
  }

 private:
  chat::CommandId next_command() { return chat::CommandId{++last_command_}; }
  void step() {
    if (++steps_ == drop_at) throw Dropped{};
  }
  template <class Input>
  void run(Input input) {
    const std::size_t before = out_.size();
    backends::irc::Heard heard;
    backends::irc::Effects effects{clock.now(), clock.utc(), out_, heard, {}};
    input(effects);
    session_.on_turn_end(effects);
    total_ += out_.size() - before;
    if (effects.ending && !closing) closing = effects.ending;
    if (effects.verified) verified = effects.verified;
    if (effects.sts) security_policies.push_back(*effects.sts);
    if (effects.encodings) kept_encodings.push_back(*effects.encodings);
    for (const chat::Event& event : heard.events) {
      // Follows every Ready; its one test looks at the event itself.
      if (!std::holds_alternative<chat::CapabilitiesChanged>(event)) described_.push_back(describe(event, names_));
      count(event);
      events.push_back(event);
    }
  }
  void lose_with(const backends::irc::Ending& ending, std::optional<std::uint64_t> written, bool retries,
                 Duration pause = std::chrono::seconds{1}) {
    connected_ = false;
    closing.reset();
    std::optional<Instant> retry;
    if (retries) retry = clock.now() + pause;
    const std::uint64_t all = total_;
    run([&](auto& effects) { session_.on_lost(ending, written.value_or(all), retry, effects); });
    total_ = 0;
  }
  void count(const chat::Event& event) {
    ++event_count_;
    if (const auto* done = std::get_if<chat::Done>(&event)) ++endings_[static_cast<std::uint64_t>(done->command)];
    if (const auto* failed = std::get_if<chat::Failed>(&event)) ++endings_[static_cast<std::uint64_t>(failed->command)];
    if (const auto* joined = std::get_if<chat::RoomJoined>(&event)) rooms_.insert(joined->room.text);
    if (const auto* left = std::get_if<chat::RoomLeft>(&event)) rooms_.erase(left->room.text);
  }

  Names own_names_;
  Names& names_;
  FixedRandom random_;
  backends::irc::Shared shared_;
  backends::irc::Session session_;
  std::string out_;
  std::uint64_t total_ = 0;  // bytes of this link
  std::vector<std::string> described_;
  std::uint64_t last_command_ = 0;
  std::map<std::uint64_t, int> endings_;
  std::set<std::string> rooms_;
  std::size_t event_count_ = 0;
  std::size_t steps_ = 0;
  bool connected_ = false;
};

}  // namespace dragoman::test
