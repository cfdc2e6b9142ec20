#include "backends/irc/session.hpp"

#include <algorithm>
#include <unordered_map>

#include "backends/irc/contacts.hpp"
#include "backends/irc/handlers.hpp"
#include "backends/irc/history.hpp"
#include "backends/irc/host_change.hpp"
#include "backends/irc/joining.hpp"
#include "backends/irc/login.hpp"
#include "backends/irc/metadata.hpp"
#include "backends/irc/multiline.hpp"
#include "backends/irc/queries.hpp"
#include "backends/irc/raw_answer.hpp"
#include "backends/irc/regain.hpp"
#include "backends/irc/replay.hpp"
#include "backends/irc/rooms.hpp"
#include "backends/irc/sending.hpp"
#include "backends/irc/typing.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

/// A link on which packets vanish is noticed within a minute: what was said into it is handled then.
constexpr auto silence_before_ping = std::chrono::seconds{30};
constexpr auto silence_before_death = std::chrono::seconds{60};

const Handler* find_handler(std::string_view command) {
  static const std::unordered_map<std::string_view, Handler> table = [] {
    std::unordered_map<std::string_view, Handler> rows;
    for (const HandlerTable& subject :
         {registration_handlers(), negotiation_handlers(), membership_handlers(), occupant_handlers(),
          identity_handlers(), account_handlers(), read_marker_handlers(), rename_handlers(), metadata_handlers(),
          topic_and_mode_handlers(), message_handlers(), redaction_handlers(), history_handlers(), query_handlers(),
          error_handlers(), contact_handlers(), bouncer_handlers()}) {
      for (std::size_t i = 0; i < subject.count; ++i) rows.emplace(subject.first[i].command, subject.first[i]);
    }
    return rows;
  }();
  const auto found = table.find(command);
  return found == table.end() ? nullptr : &found->second;
}

std::string upper(std::string_view command) {
  std::string text{command};
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

void earliest(std::optional<Instant>& next, std::optional<Instant> when) {
  if (when && (!next || *when < *next)) next = when;
}

}  // namespace

Session::Session(const Shared& shared, Login login) : state_(shared, std::move(login)) {}

void Session::on_connected(Effects& effects, bool secure) {
  if (state_.stage == Stage::stopped) return;
  state_.link = Link{};
  state_.link.names_in = state_.shared.encodings.everywhere.in.value_or(Encoding::utf_8);
  state_.login.sasl.tls = secure;
  state_.link.connected_at = state_.link.last_heard = effects.now;
  state_.link.connected_utc = effects.utc;
  begin_registration(state_, effects);
  if (state_.link.farewell) effects.ending = state_.link.farewell;
}

void Session::on_line(std::string_view line, Effects& effects) {
  std::string without_nul;
  if (line.find('\0') != std::string_view::npos) {
    std::copy_if(line.begin(), line.end(), std::back_inserter(without_nul), [](char c) { return c != '\0'; });
    line = without_nul;
  }
  state_.link.last_heard = effects.now;
  state_.link.probed = false;
  Message message;
  if (state_.stage == Stage::stopped || !parse(line, message)) return;
  message.batch_label = state_.link.batches.label_around(message);
  if (state_.link.window && state_.link.window->awaits_labels() && !message.tags.empty()) {
    if (const auto label = label_of(message)) state_.link.window->answered(*label, effects.now);
  }
  note_history_line(state_, message);
  if (is_event_of_the_past(state_, message) || is_part_of_multiline(state_, message)) return;
  const Handler* handler = find_handler(message.command);
  if (handler == nullptr && message.command.front() >= 'a') handler = find_handler(upper(message.command));
  if (!state_.link.split->gone.empty() && message.command != "QUIT") tell_split(state_, effects);
  if (!state_.link.net_join->here.empty() && message.command != "JOIN") tell_net_join(state_, effects);
  if (state_.stage == Stage::registering && has_no_capabilities(state_, message, effects)) return;
  if (handler != nullptr) note_raw_answer(state_, message);
  if (handler == nullptr) {
    on_other(state_, message, effects);
  } else if (message.count >= handler->least_parameters) {
    handler->handle(state_, message, effects);
  }
  effects.code.clear();
}

void Session::on_input_end(Effects& effects) {
  tell_split(state_, effects);
  tell_net_join(state_, effects);
  if (state_.stage == Stage::ready) pump(state_, effects);
}

void Session::on_wake(Effects& effects) {
  expire_rooms(state_, effects);
  if (state_.stage == Stage::offline || state_.stage == Stage::stopped) return;
  Link& link = state_.link;
  if (state_.stage == Stage::registering) {
    if (link.introduce_by && *link.introduce_by <= effects.now) introduce(state_, effects);
    if (link.welcomed_at && *link.welcomed_at + patience_for_motd <= effects.now) {
      become_ready(state_, effects);
    } else if (link.connected_at + registration_deadline <= effects.now) {
      effects.ending =
          Ending{Fault::timeout, "the IRC server did not complete the registration", Farewell::Retry::refused};
      return;
    }
  }
  repeat_joins(state_, effects);
  expire_queries(state_, effects);
  expire_history(state_, effects);
  expire_login(state_, effects);
  expire_account(state_, effects);
  sync_metadata(state_, effects);
  expire_typing(state_, effects);
  expire_host_changes(state_, effects);
  go_on_regaining(state_, effects);
  link.evidence.expire(effects);
  poll_contacts(state_, effects);
  pump(state_, effects);
  ask_for_evidence(state_, effects);
  keep_alive(effects);
}

void Session::keep_alive(Effects& effects) {
  Link& link = state_.link;
  if (link.last_heard + silence_before_death <= effects.now) {
    effects.ending = Ending{Fault::timeout, "the IRC server has been silent for a minute", Farewell::Retry::soon};
  } else if (!link.probed && link.last_heard + silence_before_ping <= effects.now) {
    link.probed = true;
    send_now(state_, effects, "PING", {"alive"});
  }
}

void Session::perform(chat::CommandId id, const chat::Command& command, Effects& effects) {
  if (state_.stage == Stage::stopped) return;
  irc::perform(state_, id, command, effects);
}

void Session::verify_account(std::string_view code, Effects& effects) { irc::verify_account(state_, code, effects); }

void Session::on_turn_end(Effects& effects) {
  if (state_.stage != Stage::ready) return;
  write_contacts(state_, effects);
  ask_for_evidence(state_, effects);
}

Ending Session::ending(const Error& error) const {
  if (state_.link.farewell) return *state_.link.farewell;
  // Who is let go before the welcome, without a word, is not wanted: a firewall and some bans look so. And a
  // certificate that is not trusted does not change in a second.
  const bool let_go = state_.stage == Stage::registering && error.fault == Fault::closed;
  if (let_go || error.fault == Fault::unauthorized) return {error.fault, error.text, Farewell::Retry::refused};
  return {error.fault, error.text, Farewell::Retry::soon};
}

void Session::on_lost(const Ending& ending, std::uint64_t written_bytes, std::optional<Instant> retry_at,
                      Effects& effects) {
  if (state_.stage == Stage::stopped) return;
  tell_split(state_, effects);
  if (state_.stage == Stage::ready) {
    const auto ago = std::chrono::duration_cast<Timestamp::duration>(effects.now - state_.link.last_heard);
    state_.heard_until = effects.utc - ago;
  }
  state_.stage = Stage::offline;
  state_.trouble = ending.text;
  state_.trouble_fault = ending.fault;
  state_.no_link_before = retry_at;
  if (ending.retry != Farewell::Retry::at_once) effects.tell(chat::Lost{ending.fault, ending.text, retry_at});
  state_.link.evidence.lost(written_bytes, ending.fault, ending.text, effects);
  for (const Query& query : state_.link.queries) {
    effects.failed(query.command, chat::Failed::Outcome::unsure, ending.fault, ending.text);
  }
  history_lost(state_, ending, effects);
  rooms_lost(state_, effects);
  state_.link = Link{};
  // Who waits for a room hears at once what cannot become better while they wait.
  if (!retry_at || nobody_gets_in_soon(state_, effects.now) || ending.fault == Fault::unauthorized)
    give_up_joins(state_, ending.fault, ending.text, effects);
}

void Session::stop(std::string_view text, Effects& effects) {
  const bool linked = state_.stage == Stage::registering || state_.stage == Stage::ready;
  if (linked) {
    const std::string reason = single_line(text::cut(text, 200));
    send_now(state_, effects, "QUIT", {}, reason.empty() ? "leaving" : reason);
  }
  state_.stage = Stage::stopped;
}

std::optional<Instant> Session::wake(Instant now) {
  std::optional<Instant> next = next_room_deadline(state_);
  if (state_.stage != Stage::registering && state_.stage != Stage::ready) return next;
  Link& link = state_.link;
  earliest(next, link.last_heard + (link.probed ? silence_before_death : silence_before_ping));
  if (state_.stage == Stage::registering) {
    earliest(next, link.connected_at + registration_deadline);
    earliest(next, link.introduce_by);
    if (link.welcomed_at) earliest(next, *link.welcomed_at + patience_for_motd);
  }
  earliest(next, next_query_deadline(state_));
  earliest(next, next_history_deadline(state_));
  earliest(next, next_poll(state_));
  earliest(next, next_regain(state_));
  earliest(next, link.services_until);
  earliest(next, link.registering_until);
  earliest(next, link.verifying_until);
  earliest(next, next_metadata_sync(state_));
  earliest(next, next_typing_deadline(state_));
  earliest(next, next_host_change(state_));
  earliest(next, link.evidence.next_deadline());
  earliest(next, next_leave(state_, now));
  // Otherwise the next line brings the PING.
  if (link.queue.empty() || link.evidence.lines_since_ping() >= SendWindow::most)
    earliest(next, link.evidence.ping_due());
  return next;
}

}  // namespace dragoman::backends::irc
