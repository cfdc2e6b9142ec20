#include "backends/irc/history.hpp"

#include <algorithm>
#include <iterator>

#include "backends/irc/handlers.hpp"
#include "backends/irc/sending.hpp"
#include "backends/irc/translate.hpp"

namespace dragoman::backends::irc {

namespace {

constexpr std::size_t usual_page = 100, most_messages = 1000, most_targets = 50;
/// Live messages wait for the answer: a server that says nothing for so long, with nothing of ours before the question,
/// has none.
constexpr auto patience_for_page = std::chrono::seconds{5};
/// Clocks of the servers of a network differ by this much (chathistory: FUZZ_INTERVAL).
constexpr auto fuzz = std::chrono::seconds{10};
constexpr std::string_view history_type = "chathistory", targets_type = "draft/chathistory-targets";

HistoryQuestion* current(State& state) {
  const auto& past = state.link.past;
  return past && !past->history.empty() ? &past->history.front() : nullptr;
}

/// "msgid=abc", "timestamp=2026-11-20T09:00:00.000Z"; "" when the server could not be told.
std::string write_selector(const State& state, const HistoryQuestion& question, const Selector& selector) {
  const bool by_id = !selector.id.empty() && state.link.isupport->refers_by_id && !question.by_time;
  if (by_id) return "msgid=" + selector.id;
  return selector.time ? "timestamp=" + write_time(*selector.time) : std::string{};
}

void ask_page(State& state, Effects& effects);

/// The question has ended; the next one is asked.
void end_question(State& state, Effects& effects) {
  auto& history = state.link.past->history;
  history.erase(history.begin());
  if (!history.empty()) ask_page(state, effects);
}

/// Pages of the server come newest first.
void take_reactions(HistoryQuestion& question, chat::HistoryPage& page) {
  for (chat::Event& event : question.about) {
    auto* reactions = std::get_if<chat::ReactionsChanged>(&event);
    if (reactions != nullptr) page.reactions.push_back(std::move(*reactions));
  }
  std::stable_sort(page.reactions.begin(), page.reactions.end(),
                   [](const chat::ReactionsChanged& a, const chat::ReactionsChanged& b) { return a.time < b.time; });
}

/// With what has come.
void finish_question(State& state, Effects& effects) {
  HistoryQuestion& question = *current(state);
  chat::HistoryPage page;
  page.complete = question.complete;
  page.messages = std::move(question.of_others);
  page.messages.insert(page.messages.end(), std::make_move_iterator(question.messages.begin()),
                       std::make_move_iterator(question.messages.end()));
  std::erase_if(question.about, [&page](const chat::Event& event) {
    const auto* retracted = std::get_if<chat::MessageRetracted>(&event);
    return retracted != nullptr && std::erase_if(page.messages, [retracted](const chat::MessageReceived& each) {
                                     return each.id == retracted->retracted;
                                   }) > 0;
  });
  if (question.lower.empty()) take_reactions(question, page);
  effects.done(question.command, std::move(page));
  if (!question.lower.empty()) {
    for (chat::Event& event : question.about) effects.tell(std::move(event));
  }
  end_question(state, effects);
}

void fail_question(State& state, Fault fault, const std::string& text, Effects& effects) {
  effects.refused(current(state)->command, fault, text);
  end_question(state, effects);
}

void next_target(State& state, Effects& effects) {
  HistoryQuestion& question = *current(state);
  question.of_others.insert(question.of_others.end(), std::make_move_iterator(question.messages.begin()),
                            std::make_move_iterator(question.messages.end()));
  question.messages.clear();
  question.upper = question.first_upper;
  question.by_time = false;
  if (!question.targets.empty()) question.targets.pop_back();
  question.targets.empty() ? finish_question(state, effects) : ask_page(state, effects);
}

/// LATEST without an upper bound, BEFORE or BETWEEN with one: newest first, in both of them.
std::vector<std::string> words_of(const State& state, const HistoryQuestion& question, Timestamp now) {
  const std::size_t most = state.link.isupport->history.value_or(usual_page);
  const std::size_t left =
      question.lists_targets ? most_targets : question.wanted - std::min(question.wanted, question.messages.size());
  const std::string limit = std::to_string(most == 0 ? left : std::min(most, left));
  const std::string lower = write_selector(state, question, question.lower);
  const std::string upper = write_selector(state, question, question.upper);
  if (question.lists_targets) return {"TARGETS", lower, "timestamp=" + write_time(now + fuzz), limit};
  const std::string& target = question.targets.back();
  if (question.upper.empty()) return {"LATEST", target, lower.empty() ? "*" : lower, limit};
  if (upper.empty()) return {};
  if (lower.empty()) return {"BEFORE", target, upper, limit};
  return {"BETWEEN", target, upper, lower, limit};
}

void ask_page(State& state, Effects& effects) {
  HistoryQuestion& question = *current(state);
  question.reference.clear();
  question.is_last = false;
  question.lines = 0;
  question.oldest = {};
  question.page.clear();
  if (!question.ends) question.ends = effects.now + answer_deadline;
  question.until = std::min(*question.ends, effects.now + patience_for_page);
  const std::vector<std::string> words = words_of(state, question, effects.utc);
  if (words.empty()) {
    return fail_question(state, Fault::unsupported, "the IRC server knows messages by their time alone", effects);
  }
  const std::vector<std::string_view> middles{words.begin(), words.end()};
  const auto sent =
      send(state, effects, {.urgency = Urgency::background, .labelled = true}, "CHATHISTORY", std::span{middles});
  question.asked = true;
  question.label = state.link.caps.has(Cap::labeled_response) ? state.link.last_label : 0;
  if (!sent) fail_question(state, sent.error().fault, sent.error().text, effects);
}

bool is_said_again(const chat::MessageReceived& a, const chat::MessageReceived& b) {
  if (!a.id.empty() && !b.id.empty()) return a.id == b.id;
  return a.time == b.time && a.author.name == b.author.name && a.content.text == b.content.text;
}

/// What the page brings, in front of what later pages have brought.
void take_page(HistoryQuestion& question) {
  auto& page = question.page;
  if (page.size() > 1 && page.front().time && page.back().time && *page.back().time < *page.front().time) {
    std::reverse(page.begin(), page.end());
  }
  std::erase_if(page, [&question](const chat::MessageReceived& each) {
    return std::any_of(question.messages.begin(), question.messages.end(),
                       [&each](const chat::MessageReceived& known) { return is_said_again(each, known); });
  });
  question.messages.insert(question.messages.begin(), std::make_move_iterator(page.begin()),
                           std::make_move_iterator(page.end()));
  page.clear();
}

void page_has_come(State& state, Effects& effects) {
  HistoryQuestion& question = *current(state);
  question.asked = false;
  if (question.lists_targets) {
    question.lists_targets = false;
    return question.targets.empty() ? finish_question(state, effects) : ask_page(state, effects);
  }
  take_page(question);
  Selector oldest = question.oldest;
  if (oldest.time && write_selector(state, question, oldest).starts_with("timestamp")) {
    // Others may have been said in the same millisecond: that one comes again.
    *oldest.time += std::chrono::milliseconds{1};
  }
  // A page that is not full proves nothing; one without a line, or one that says so, does.
  const bool all = question.is_last || question.lines == 0 || oldest.empty() || oldest == question.upper;
  if (!all && question.messages.size() < question.wanted) {
    question.upper = std::move(oldest);
    return ask_page(state, effects);
  }
  question.complete = question.complete && all;
  next_target(state, effects);
}

bool is_late_answer(const State& state, const Message& message) {
  const auto& past = state.link.past;
  return past && !past->late_history.empty() &&
         state.link.batches.enclosing(message, history_type) == past->late_history;
}

/// The question whose answer this line is part of.
HistoryQuestion* answered_by(State& state, const Message& message) {
  HistoryQuestion* question = current(state);
  if (question == nullptr || question->reference.empty()) return nullptr;
  return state.link.batches.enclosing(message, history_type) == question->reference ? question : nullptr;
}

void on_target(State& state, const Message& message, Effects&) {
  // @batch=1 CHATHISTORY TARGETS nickname 2026-11-20T09:00:00.000Z
  HistoryQuestion* question = current(state);
  if (question == nullptr || !question->lists_targets || message.param(0) != "TARGETS") return;
  if (state.link.batches.enclosing(message, targets_type) != question->reference) return;
  const std::string_view target = message.param(1);
  if (state.link.isupport->is_channel(target) || question->targets.size() >= most_targets) return;
  question->targets.emplace_back(target);
}

constexpr Handler history_rows[] = {{"CHATHISTORY", 2, on_target}};

}  // namespace

HandlerTable history_handlers() { return {history_rows, std::size(history_rows)}; }

void get_history(State& state, chat::CommandId id, const chat::GetHistory& get, const std::string& target,
                 Effects& effects) {
  HistoryQuestion question;
  question.command = id;
  question.upper = {get.before.text, get.until};
  if (question.upper.time) *question.upper.time += std::chrono::milliseconds{1};  // for others of that millisecond
  question.first_upper = question.upper;
  // By its time, because a message that the server has forgotten is no bound; what comes twice is known.
  if (get.since) {
    question.lower.time = *get.since - fuzz;
  } else {
    question.lower.id = get.after.text;
  }
  question.wanted = get.limit == 0 ? usual_page : std::min(get.limit, most_messages);
  question.lists_targets = target.empty();
  if (question.lists_targets && !question.lower.time) {
    return effects.refused(id, Fault::unacceptable, "the history of everybody is asked for since a time");
  }
  if (!target.empty()) question.targets.push_back(target);
  if (state.link.made_past().silent) {
    return effects.failed(id, chat::Failed::Outcome::not_sent, Fault::timeout,
                          "the IRC server does not answer questions about what was said before");
  }
  auto& history = state.link.made_past().history;
  history.push_back(std::move(question));
  if (history.size() == 1) ask_page(state, effects);
}

void note_history_line(State& state, const Message& message) {
  HistoryQuestion* question = answered_by(state, message);
  if (question == nullptr) return;
  ++question->lines;
  Selector line;
  line.time = time_of(message);
  if (auto id = message.tag("msgid")) line.id = std::move(*id);
  const bool older = line.time && question->oldest.time && *line.time < *question->oldest.time;
  if (question->oldest.empty() || older) question->oldest = std::move(line);
}

bool is_answer(State& state, const Message& message, const chat::MessageReceived& received) {
  HistoryQuestion* question = answered_by(state, message);
  if (question == nullptr) return is_late_answer(state, message);
  question->page.push_back(received);
  return true;
}

bool is_answer(State& state, const Message& message, chat::Event about) {
  HistoryQuestion* question = answered_by(state, message);
  if (question == nullptr) return is_late_answer(state, message);
  question->about.push_back(std::move(about));
  return true;
}

void history_begins(State& state, std::string_view reference, const Message& message) {
  HistoryQuestion* question = current(state);
  const auto label = label_of(message);
  const bool awaited = question != nullptr && question->asked && question->reference.empty();
  if (label && message.param(1) == history_type && (!awaited || label != question->label)) {
    state.link.made_past().late_history = reference;
    state.link.past->silent = false;  // slow, and no more
    return;
  }
  if (!awaited) return;
  if (message.param(1) != (question->lists_targets ? targets_type : history_type)) return;
  if (question->label != 0) {
    if (label != question->label) return;
  } else if (!question->lists_targets &&
             !same(state.link.isupport->casemap, message.param(2), question->targets.back())) {
    return;
  }
  question->until = question->ends;  // it has begun
  question->reference = reference;
  question->is_last = message.tag("draft/chathistory-end").has_value();
}

void history_ends(State& state, std::string_view reference, Effects& effects) {
  if (state.link.past && state.link.past->late_history == reference) state.link.past->late_history.clear();
  const HistoryQuestion* question = current(state);
  if (question != nullptr && !reference.empty() && question->reference == reference) page_has_come(state, effects);
}

bool history_acknowledged(State& state, std::uint32_t label, Effects& effects) {
  const HistoryQuestion* question = current(state);
  if (question == nullptr || !question->asked || question->label != label) return false;
  page_has_come(state, effects);
  return true;
}

bool history_refused(State& state, const Message& message, Fault fault, const std::string& text, Effects& effects) {
  HistoryQuestion* question = current(state);
  if (question == nullptr || !question->asked) return false;
  const auto label = label_of(message);
  const bool named = message.param(0) == "CHATHISTORY" || message.param(1) == "CHATHISTORY";
  if (label ? question->label != *label : !named) return false;
  question->asked = false;
  const bool by_id = !question->by_time && !question->upper.id.empty() && question->upper.time;
  if (by_id && fault != Fault::not_found) {
    question->by_time = true;  // it has forgotten that one
    ask_page(state, effects);
  } else if (question->targets.size() > 1 || !question->messages.empty() || !question->of_others.empty()) {
    question->complete = false;
    next_target(state, effects);
  } else {
    fail_question(state, fault, text, effects);
  }
  return true;
}

void history_lost(const State& state, const Ending& ending, Effects& effects) {
  if (!state.link.past) return;
  for (const HistoryQuestion& each : state.link.past->history) {
    effects.failed(each.command, chat::Failed::Outcome::unsure, ending.fault, ending.text);
  }
}

void expire_history(State& state, Effects& effects) {
  HistoryQuestion* question = current(state);
  if (question == nullptr || !question->until || *question->until > effects.now) return;
  if (*question->ends > effects.now && !state.link.queue.empty()) {  // it may not have been asked yet
    question->until = std::min(*question->ends, effects.now + std::chrono::seconds{1});
    return;
  }
  question->complete = false;
  if (!question->messages.empty() || !question->of_others.empty()) return finish_question(state, effects);
  // A server that has said nothing to this one says nothing to others either.
  state.link.past->silent = true;
  for (const HistoryQuestion& each : state.link.past->history) {
    effects.failed(each.command, chat::Failed::Outcome::unsure, Fault::timeout,
                   "the IRC server did not answer in time");
  }
  state.link.past->history.clear();
}

std::optional<Instant> next_history_deadline(const State& state) {
  const auto& past = state.link.past;
  return past && !past->history.empty() ? past->history.front().until : std::nullopt;
}

}  // namespace dragoman::backends::irc
