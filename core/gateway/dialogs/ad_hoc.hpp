#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/gate.hpp"
#include "base/random.hpp"
#include "base/timers.hpp"
#include "gateway/dialogs/offer.hpp"
#include "xmpp/ad_hoc.hpp"
#include "xmpp/link.hpp"

namespace dragoman::gateway::dialogs {

/// Dialogs as ad-hoc commands (XEP-0050): one session each, for the one client that began it. A session ends with its
/// dialog, when it is cancelled, and after 10 minutes without a word of the client.
///
///   iq execute -> open -> Form -> iq result (executing, a form) -> iq complete -> submit -> Finished -> iq result
class AdHoc {
 public:
  AdHoc(xmpp::Link& link, Timers& timers, Gate& gate, Random& random, Offers& offers);
  AdHoc(const AdHoc&) = delete;
  AdHoc& operator=(const AdHoc&) = delete;

  /// Answers <iq type='set'><command/></iq>.
  void receive(const xmpp::Element& iq, const xmpp::Jid& from, const Place& place);
  /// Discovery of a node that is the list of commands or one of them: answers, or is false.
  bool disco_info(const xmpp::Element& iq, const xmpp::Jid& from, const Place& place);
  bool disco_items(const xmpp::Element& iq, const xmpp::Jid& from, const Place& place);

 private:
  struct Session {
    std::string id;
    xmpp::Jid client;
    Place place;
    Offer offer;
    std::unique_ptr<chat::Dialog> dialog;
    std::optional<xmpp::Element> question;  ///< an iq that waits for the next step
    std::optional<chat::Form> form;         ///< what the client was shown last, to be filled in
    std::optional<chat::Step> unseen;       ///< came while nobody asked
    Instant until{};
  };
  using Sessions = std::map<std::string, Session>;
  using Action = xmpp::CommandRequest::Action;

  void begin(const xmpp::Element& iq, const xmpp::Jid& from, const Place& place, const Offer& offer);
  void go_on(const xmpp::Element& iq, const xmpp::CommandRequest& request, Session& session);
  void submit(const xmpp::Element& iq, const xmpp::CommandRequest& request, Session& session);
  void cancel(const xmpp::Element& iq, Session& session);
  void on_step(const std::string& id, const chat::Step& step);
  void answer(Session& session, const chat::Step& step);
  void answer_result(Session& session, const chat::Finished& finished);
  void answer_form(Session& session, const chat::Form& form, std::string error = {});
  void say(Session& session, xmpp::CommandStep step);
  void refuse(const xmpp::Element& iq, Fault fault, const std::string& text);
  void fail(const xmpp::Element& iq, xmpp::CommandFault fault, std::string text);
  /// Its dialog is destroyed when the turn ends: it may be in the middle of something.
  void end(const std::string& id);
  void make_room_for(const xmpp::Jid& person);
  void expire();
  const Offer* find(const std::vector<Offer>& offers, std::string_view node) const;

  xmpp::Link& link_;
  Timers& timers_;
  Random& random_;
  Offers& offers_;
  Sessions sessions_;
  std::deque<std::pair<std::string, std::string>> ended_;  // id and client, to tell them from ids that never were
  std::vector<std::unique_ptr<chat::Dialog>> over_;
  Gate::Hook sweep_;
  Timer expiry_;
};

}  // namespace dragoman::gateway::dialogs
