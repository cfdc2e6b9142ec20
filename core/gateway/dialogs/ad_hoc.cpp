#include "gateway/dialogs/ad_hoc.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "gateway/dialogs/answers.hpp"
#include "gateway/dialogs/chat_text.hpp"
#include "gateway/to_form.hpp"
#include "xmpp/namespaces.hpp"

namespace dragoman::gateway::dialogs {

namespace {

using xmpp::CommandFault;
using xmpp::CommandStep;

constexpr auto session_lifetime = std::chrono::minutes{10};
constexpr std::size_t most_sessions = 1000, most_of_a_person = 8, most_ended = 1000;

/// A page of a table can be looked at, but not filled in.
bool is_page(const chat::Form& form) { return !form.columns.empty(); }

/// COMPAT Poezio 0.14 gives a command up that goes on without a form.
chat::Form wait_form(const std::string& title, const chat::Wait& wait) {
  chat::Form form;
  form.title = title;
  form.instructions = wait.text;
  for (const std::string& line : {wait.uri, wait.code.empty() ? std::string{} : "Code: " + wait.code}) {
    if (line.empty()) continue;
    chat::Field& shown = form.fields.emplace_back();
    shown.kind = chat::Field::Kind::fixed;
    shown.values = {line};
  }
  return form;
}

/// What a result is about, in its field "url", for clients that open links and show forms as text; empty: nothing.
std::string link_in(const chat::Form& result) {
  for (const chat::Field& each : result.fields) {
    if (each.name != "url" || each.values.empty()) continue;
    const std::string& url = each.values.front();
    if (url.starts_with("https://") || url.starts_with("http://")) return url;
  }
  return {};
}

/// Everything English is what we have.
bool is_understood(std::string_view lang) {
  const std::string lower = text::ascii_lower(lang);
  return lower.empty() || lower == "en" || lower.starts_with("en-");
}

}  // namespace

AdHoc::AdHoc(xmpp::Link& link, Timers& timers, Gate& gate, Random& random, Offers& offers)
    : link_(link),
      timers_(timers),
      random_(random),
      offers_(offers),
      sweep_(gate, [this] { over_.clear(); }),
      expiry_(timers) {}

const Offer* AdHoc::find(const std::vector<Offer>& offers, std::string_view node) const {
  const auto found = std::find_if(offers.begin(), offers.end(), [&](const Offer& each) { return each.node == node; });
  return found == offers.end() ? nullptr : &*found;
}

void AdHoc::receive(const xmpp::Element& iq, const xmpp::Jid& from, const Place& place) {
  const xmpp::CommandRequest request = xmpp::read_command(*iq.first_element());
  if (request.node.empty()) return refuse(iq, Fault::malformed, "Say which command you mean: it has no node.");
  const std::vector<Offer> offers = offers_.offers(from, place);
  const Offer* offer = find(offers, request.node);
  if (offer == nullptr) return refuse(iq, Fault::not_found, "There is no such command here.");
  if (!offer->refusal.empty()) return refuse(iq, Fault::forbidden, offer->refusal);
  if (!request.action) return fail(iq, CommandFault::malformed_action, "This action is not one of XEP-0050.");
  if (!is_understood(request.lang)) return fail(iq, CommandFault::bad_locale, "Only English is spoken here.");
  if (request.session.empty()) {
    if (request.action == Action::execute) return begin(iq, from, place, *offer);
    return fail(iq, CommandFault::bad_action, "A command begins with the action 'execute'.");
  }
  const auto found = sessions_.find(request.session);
  const bool known = found != sessions_.end() && found->second.client == from &&
                     found->second.place.address == place.address && found->second.offer.node == request.node;
  if (known) return go_on(iq, request, found->second);
  const std::pair<std::string, std::string> key{request.session, from.str()};
  if (std::find(ended_.begin(), ended_.end(), key) != ended_.end()) {
    return fail(iq, CommandFault::session_expired, "This command has ended or was given up; begin it anew.");
  }
  fail(iq, CommandFault::bad_sessionid, "There is no such session.");
}

void AdHoc::begin(const xmpp::Element& iq, const xmpp::Jid& from, const Place& place, const Offer& offer) {
  make_room_for(from);
  if (sessions_.size() >= most_sessions) {
    return refuse(iq, Fault::limited, "Too many commands are being executed here; try again in a moment.");
  }
  const std::string id = random_.hex(16);
  Session& session = sessions_[id];
  session = Session{id, from, place, offer, nullptr, iq, {}, {}, timers_.clock().now() + session_lifetime};
  if (sessions_.size() == 1) expiry_.set(session.until, [this] { expire(); });
  auto dialog = offers_.open(offer, from, place, [this, id](const chat::Step& step) { on_step(id, step); });
  if (dialog == nullptr) {
    sessions_.erase(id);
    return refuse(iq, Fault::not_found, "There is no such command here.");
  }
  session.dialog = std::move(dialog);
}

void AdHoc::go_on(const xmpp::Element& iq, const xmpp::CommandRequest& request, Session& session) {
  session.until = timers_.clock().now() + session_lifetime;
  if (request.action == Action::cancel) return cancel(iq, session);
  if (session.question) return fail(iq, CommandFault::bad_action, "The step before is still being worked on.");
  if (session.unseen) {
    session.question = iq;
    return answer(session, *std::exchange(session.unseen, {}));
  }
  if (!session.form) {  // the network waits for something that happens elsewhere
    session.question = iq;
    return;
  }
  if (request.form && request.form->type == xmpp::DataForm::Type::cancel) return cancel(iq, session);
  const chat::Form& shown = *session.form;
  switch (*request.action) {
    case Action::cancel:
      return;
    case Action::back:
      if (!shown.back) return fail(iq, CommandFault::bad_action, "Nothing stands before this step.");
      session.question = iq;
      return session.dialog->back();
    case Action::complete:
      if (is_page(shown)) {
        session.question = iq;
        return answer(session, chat::Finished{});
      }
      if (shown.more) return fail(iq, CommandFault::bad_action, "There is a step behind this one.");
      return submit(iq, request, session);
    // COMPAT Poezio 0.14 sends `next` whatever <actions/> offers: behind the last step it means what `execute` means.
    case Action::next:
    case Action::execute:
      if (is_page(shown) && !shown.more) {
        session.question = iq;
        return answer(session, chat::Finished{});
      }
      return submit(iq, request, session);
  }
}

void AdHoc::submit(const xmpp::Element& iq, const xmpp::CommandRequest& request, Session& session) {
  const auto answers = read_answers(*session.form, request.form.value_or(xmpp::DataForm{}));
  if (!answers) return fail(iq, CommandFault::bad_payload, answers.error().text);
  // What was typed is shown again when it turns out to be wrong.
  for (chat::Field& field : session.form->fields) {
    if (is_asked(field) && field.kind != chat::Field::Kind::secret) field.values = answers->all().at(field.name);
  }
  session.question = iq;
  session.dialog->submit(*answers);
}

void AdHoc::cancel(const xmpp::Element& iq, Session& session) {
  const CommandStep canceled{
      session.offer.node, session.id, CommandStep::Status::canceled, false, false, false, {}, {}, {}, {}};
  if (session.question) link_.send(xmpp::make_command(*session.question, canceled));
  link_.send(xmpp::make_command(iq, canceled));
  session.dialog->cancel();
  end(session.id);
}

void AdHoc::on_step(const std::string& id, const chat::Step& step) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  if (found->second.question) return answer(found->second, step);
  found->second.unseen = step;
}

void AdHoc::answer(Session& session, const chat::Step& step) {
  CommandStep said;
  if (const auto* form = std::get_if<chat::Form>(&step)) return answer_form(session, *form);
  if (const auto* wait = std::get_if<chat::Wait>(&step)) {
    session.form.reset();
    said.status = CommandStep::Status::executing;
    said.next = true;
    said.info = wait->code.empty() ? wait->text : wait->text + " Code: " + wait->code;
    said.url = wait->uri;
    said.form = to_data_form(wait_form(session.offer.title, *wait));
    return say(session, std::move(said));
  }
  if (const auto* refused = std::get_if<chat::Refused>(&step)) {
    if (session.form) return answer_form(session, chat::Form{*session.form}, refused->text);
    said.error = refused->text;
    return say(session, std::move(said));
  }
  answer_result(session, std::get<chat::Finished>(step));
}

void AdHoc::answer_result(Session& session, const chat::Finished& finished) {
  CommandStep said;
  (finished.failed ? said.error : said.info) = finished.text;
  if (!finished.result.fields.empty() || !finished.result.columns.empty()) {
    said.form = to_data_form(finished.result);
    said.form->type = xmpp::DataForm::Type::result;
    said.url = link_in(finished.result);
    // COMPAT Profanity 0.13 fills forms in, and shows of a result the notes alone.
    const bool in_words = offers_.shows_forms(session.client) != ShowsForms::yes;
    if (in_words && !finished.failed) said.info = result_text(finished);
  }
  say(session, std::move(said));
}

void AdHoc::answer_form(Session& session, const chat::Form& form, std::string error) {
  if (is_page(form) && !form.more && !form.back) return answer_result(session, chat::Finished{{}, form, false});
  // COMPAT Profanity 0.13 ends a command whose step is a table: it has the beginning, and the end.
  if (is_page(form) && offers_.shows_forms(session.client) == ShowsForms::no) {
    return answer_result(session, chat::Finished{"These, and others: give a part of the name.", form, false});
  }
  CommandStep said;
  said.status = CommandStep::Status::executing;
  said.back = form.back;
  said.next = form.more;
  said.complete = !form.more || is_page(form);
  said.error = std::move(error);
  said.form = to_data_form(form);
  if (is_page(form)) said.form->type = xmpp::DataForm::Type::result;
  session.form = form;
  say(session, std::move(said));
}

void AdHoc::say(Session& session, CommandStep step) {
  step.node = session.offer.node;
  step.session = session.id;
  link_.send(xmpp::make_command(*std::exchange(session.question, {}), step));
  if (step.status != CommandStep::Status::executing) end(session.id);
}

void AdHoc::refuse(const xmpp::Element& iq, Fault fault, const std::string& text) {
  xmpp::StanzaError error = xmpp::to_stanza_error(fault, text);
  if (fault == Fault::forbidden) error.type = "cancel";  // XEP-0050 4.5
  link_.send(xmpp::make_command_error(iq, error));
}

void AdHoc::fail(const xmpp::Element& iq, CommandFault fault, std::string text) {
  link_.send(xmpp::make_command_error(iq, fault, std::move(text)));
}

void AdHoc::end(const std::string& id) {
  auto session = sessions_.extract(id);
  if (session.empty()) return;
  ended_.emplace_back(id, session.mapped().client.str());
  if (ended_.size() > most_ended) ended_.pop_front();
  over_.push_back(std::move(session.mapped().dialog));
  sweep_.arm();
}

void AdHoc::make_room_for(const xmpp::Jid& person) {
  const Session* oldest = nullptr;
  std::size_t number = 0;
  for (const auto& [id, session] : sessions_) {
    if (session.client.bare_view() != person.bare_view()) continue;
    ++number;
    if (oldest == nullptr || session.until < oldest->until) oldest = &session;
  }
  if (number < most_of_a_person) return;
  if (oldest->question) fail(*oldest->question, CommandFault::session_expired, "You have begun too many commands.");
  end(std::string{oldest->id});
}

void AdHoc::expire() {
  const Instant now = timers_.clock().now();
  std::vector<std::string> due;
  Instant next = Instant::max();
  for (const auto& [id, session] : sessions_) {
    if (session.until <= now) {
      due.push_back(id);
    } else {
      next = std::min(next, session.until);
    }
  }
  for (const std::string& id : due) {
    Session& session = sessions_.at(id);
    if (session.question) fail(*session.question, CommandFault::session_expired, "This took too long.");
    session.dialog->cancel();
    end(id);
  }
  if (next != Instant::max()) expiry_.set(next, [this] { expire(); });
}

}  // namespace dragoman::gateway::dialogs
