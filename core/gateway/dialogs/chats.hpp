#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/gate.hpp"
#include "base/timers.hpp"
#include "base/token_bucket.hpp"
#include "gateway/dialogs/offer.hpp"
#include "gateway/dialogs/questions.hpp"
#include "xmpp/element.hpp"
#include "xmpp/link.hpp"

namespace dragoman::gateway::dialogs {

/// Dialogs in a chat with the gateway's own address: a command a line ("join #tea"), its form as questions, its end as
/// text. Every message gets one answer, for the client that wrote it and not for any archive; what is no text gets
/// none. A person has one dialog at a time, for 10 minutes without a word.
class Chats {
 public:
  /// `about`: what help says first, asked each time.
  Chats(xmpp::Link& link, Timers& timers, Gate& gate, Offers& offers, std::function<std::string()> about);
  Chats(const Chats&) = delete;
  Chats& operator=(const Chats&) = delete;

  /// A message to the gateway, of any kind.
  void receive(const xmpp::Element& message, const xmpp::Jid& from);

 private:
  struct Talk {
    Offer offer;
    std::unique_ptr<chat::Dialog> dialog;
    std::string words;               ///< behind the command, until its first form
    std::optional<Questions> asked;  ///< open; nothing: it is being worked on, or waits
    bool looks_at_page = false;      ///< of a table: "more", "back", or a new command
    bool page_has_more = false, page_has_back = false;
  };
  struct Talker {
    explicit Talker(xmpp::Jid jid) : client(std::move(jid)) {}
    xmpp::Jid client;    ///< that wrote last
    std::string thread;  ///< of what it wrote
    TokenBucket bucket{20, std::chrono::seconds{1}};
    Instant until{};
    std::optional<Talk> talk;
  };

  void hear(Talker& talker, std::string_view line);
  /// False: the line is no answer, but a command.
  bool hear_answer(Talker& talker, std::string_view line);
  void hear_command(Talker& talker, std::string_view line);
  void begin(Talker& talker, const Offer& offer, std::string_view words);
  void help(Talker& talker, std::string_view name);
  void on_step(const std::string& bare, const chat::Step& step);
  void show_form(Talker& talker, const chat::Form& form);
  void ask_or_submit(Talker& talker, const std::string& before, bool first);
  void end(Talker& talker);
  void say(const Talker& talker, const std::string& text);
  void expire();
  Place place() const { return {{}, {}, link_.jid().str()}; }

  xmpp::Link& link_;
  Timers& timers_;
  Offers& offers_;
  std::function<std::string()> about_;
  std::unordered_map<std::string, Talker> talkers_;  // by bare JID
  std::vector<std::unique_ptr<chat::Dialog>> over_;  // may be in the middle of something until the turn ends
  Gate::Hook sweep_;
  Timer expiry_;
};

}  // namespace dragoman::gateway::dialogs
