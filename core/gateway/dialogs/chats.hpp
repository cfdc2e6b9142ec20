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
/// none. A person has one dialog at a time in each chat, for 10 minutes without a word.
///
/// The same in a chat with somebody about whom there are commands (a hook): there a command has a sign in front
/// ("!test"), and everything else is said to them.
class Chats {
 public:
  /// `about`: what help says first, asked each time.
  Chats(xmpp::Link& link, Timers& timers, Gate& gate, Offers& offers, std::function<std::string()> about);
  Chats(const Chats&) = delete;
  Chats& operator=(const Chats&) = delete;

  /// A message to the gateway, of any kind.
  void receive(const xmpp::Element& message, const xmpp::Jid& from);
  /// A message to the person of a place. False: it is no command and answers no question, so it is for them.
  bool receive_at(const Place& place, const xmpp::Element& message, const xmpp::Jid& from);

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
    Talker(xmpp::Jid jid, Place where) : client(std::move(jid)), place(std::move(where)) {}
    xmpp::Jid client;    ///< that wrote last
    Place place;         ///< whom they write to
    std::string thread;  ///< of what it wrote
    TokenBucket bucket{20, std::chrono::seconds{1}};
    Instant until{};
    std::optional<Talk> talk;
  };

  static std::string key_of(const xmpp::Jid& from, const Place& place);
  void receive(const xmpp::Element& message, const xmpp::Jid& from, const Place& place);
  bool is_command(const Place& place, const xmpp::Jid& from, std::string_view line) const;
  void hear(Talker& talker, std::string_view line);
  /// False: the line is no answer, but a command.
  bool hear_answer(Talker& talker, std::string_view line);
  void hear_command(Talker& talker, std::string_view line);
  void begin(Talker& talker, const Offer& offer, std::string_view words);
  void help(Talker& talker, std::string_view name);
  void on_step(const std::string& key, const chat::Step& step);
  void show_form(Talker& talker, const chat::Form& form);
  void ask_or_submit(Talker& talker, const std::string& before, bool first);
  void end(Talker& talker);
  void say(const Talker& talker, const std::string& text);
  void expire();

  xmpp::Link& link_;
  Timers& timers_;
  Offers& offers_;
  std::function<std::string()> about_;
  std::unordered_map<std::string, Talker> talkers_;  // by bare JID, and whom they write to
  std::vector<std::unique_ptr<chat::Dialog>> over_;  // may be in the middle of something until the turn ends
  Gate::Hook sweep_;
  Timer expiry_;
};

}  // namespace dragoman::gateway::dialogs
