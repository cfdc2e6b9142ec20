#include <charconv>
#include <memory>

#include "base/log.hpp"
#include "gateway/commands/bridge_desk.hpp"
#include "gateway/commands/word_tools.hpp"
#include "gateway/commands/words.hpp"
#include "gateway/user.hpp"

// Messages that are neither delivered nor returned. Never their texts.

namespace dragoman::gateway::commands {

namespace {

using Rows = std::vector<store::Message>;

std::string_view to_string(store::State state) {
  switch (state) {
    case store::State::queued:
      return "queued";
    case store::State::delivered:
      return "delivered";
    case store::State::returning:
      return "returning";
    case store::State::returned:
      return "returned";
    case store::State::held:
      return "held";
  }
  return "held";
}

/// Which messages are meant: one, or the held ones of a person.
struct Choice {
  store::RowId row = 0;
  std::string owner;
};

Result<Choice> read_choice(const std::string& text) {
  Choice choice;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), choice.row);
  if (failed == std::errc{} && end == text.data() + text.size() && choice.row > 0) return choice;
  if (is_bridge_owner(text)) return Choice{0, text};
  const auto person = read_person_jid(text);
  if (!person) {
    return failure(Fault::unacceptable, '"' + text + "\" is neither the number of a message nor a person.");
  }
  return Choice{0, person->str()};
}

/// Calls `done` with the rows of this network that are not settled and for which `wanted` holds, in order of id.
void read_spool(Context& context, std::function<bool(const store::Message&)> wanted, std::function<void(Rows)> done) {
  // Filled by the reader's thread, then read by ours: both closures hold it until the later one is done.
  auto spool = std::make_shared<Rows>();
  context.store.read_settled(
      [spool, network = context.link.jid().str(), wanted = std::move(wanted)](store::Reader& reader) {
        const auto take = [&](const store::Message& row) {
          if (row.network == network && wanted(row)) spool->push_back(row);
        };
        reader.open_messages(take);
        reader.held_messages(take);
      },
      [spool, done = std::move(done)] { done(std::move(*spool)); });
}

void read_chosen(Context& context, const Choice& choice, std::function<void(Rows)> done) {
  read_spool(
      context,
      [choice](const store::Message& row) {
        if (choice.row != 0) return row.id == choice.row;
        return row.owner == choice.owner && row.state == store::State::held;
      },
      std::move(done));
}

Error nothing_there(const Choice& choice) {
  return {Fault::not_found, choice.row != 0
                                ? "There is no message " + std::to_string(choice.row) + " that waits or is held."
                                : "No messages of " + choice.owner + " are held."};
}

store::Evidence mark(store::RowId row, store::State state) {
  store::Evidence evidence;
  evidence.first = evidence.last = row;
  evidence.state = state;
  return evidence;
}

std::string count_text(std::size_t count, const std::string& what) {
  return std::to_string(count) + (count == 1 ? " message is " : " messages are ") + what;
}

/// Why this message is not tried again now, or an empty text: it is.
std::string release(Context& context, const store::Message& row) {
  if (row.state != store::State::held) return "is not held: it goes on by itself";
  if (is_bridge_owner(row.owner)) {
    context.store.mark(mark(row.id, store::State::queued));
    if (context.bridges != nullptr && context.bridges->release(row)) return {};
    context.store.mark(mark(row.id, store::State::held));
    return "is for a room that is in no bridge";
  }
  const auto owner = xmpp::Jid::parse(row.owner);
  if (!owner) return "has no readable owner";
  if (row.direction == store::Direction::to_person) {
    context.store.mark(mark(row.id, store::State::queued));
    if (context.incoming.release(row)) return {};
    context.store.mark(mark(row.id, store::State::held));
    return "comes behind others that are being written just now; try again in a moment";
  }
  context.store.mark(mark(row.id, store::State::queued));
  context.user(*owner).sent().release(row);
  return {};
}

/// Why this message does not go back, or an empty text: it does.
std::string give_back(Context& context, const store::Message& row) {
  const std::string told = "An administrator has given this message back to you; it was not delivered.";
  if (row.direction == store::Direction::to_person || is_bridge_owner(row.owner)) {
    if (row.state != store::State::held) return "is on its way, and the network cannot take it back";
    // Nobody on the network can be told.
    context.store.mark(mark(row.id, store::State::returned));
    return {};
  }
  switch (row.state) {
    case store::State::held:
      context.store.mark(mark(row.id, store::State::returning));
      context.incoming.give_back(row);
      return {};
    case store::State::queued: {
      const auto owner = xmpp::Jid::parse(row.owner);
      User* user = owner ? context.find(owner->bare_view()) : nullptr;
      if (user != nullptr && user->sent().queue().give_back(row.id, Fault::closed, told)) return {};
      return "is being sent just now";
    }
    case store::State::returning:
    case store::State::returned:
      return "is on its way back already";
    case store::State::delivered:
      return "was delivered meanwhile";
  }
  return {};
}

using Act = std::string (*)(Context&, const store::Message&);

void act_on(Call call, const char* done, const char* logged, Act act) {
  const auto choice = read_choice(call.arguments.get("what"));
  if (!choice) return call.answer(choice.error());
  Context& context = call.context;
  read_chosen(context, *choice, [choice = *choice, call = std::move(call), done, logged, act](const Rows& found) {
    if (found.empty()) return call.answer(nothing_there(choice));
    std::size_t acted = 0;
    std::string trouble;
    for (const store::Message& row : found) {
      const std::string why = act(call.context, row);
      if (why.empty()) {
        ++acted;
      } else if (trouble.empty()) {
        trouble = "Message " + std::to_string(row.id) + ' ' + why + '.';
      }
    }
    if (acted == 0) return call.answer(failure(Fault::not_allowed, trouble));
    const auto &network = call.context.link.jid().str(), &by = call.by;
    LOG_INFO(logged, network, acted, by);
    Report report;
    report.said = count_text(acted, done) + '.';
    if (!trouble.empty()) report.said += ' ' + trouble;
    call.answer(std::move(report));
  });
}

}  // namespace

void list_spool(Call call) {
  std::string owner;
  if (const std::string& text = call.arguments.get("owner"); is_bridge_owner(text)) {
    owner = text;
  } else if (!text.empty()) {
    const auto person = read_person_jid(text);
    if (!person) return call.answer(person.error());
    owner = person->str();
  }
  Context& context = call.context;
  read_spool(
      context, [owner](const store::Message& row) { return owner.empty() || row.owner == owner; },
      [call = std::move(call)](const Rows& found) {
        const Timestamp now = call.context.timers.clock().utc();
        Report report;
        Report::Table& table = report.tables.emplace_back();
        table.name = "messages";
        table.columns = {"id", "state", "direction", "owner", "with", "accepted", "age_seconds", "expires"};
        for (const store::Message& row : found) {
          const bool out = row.direction == store::Direction::to_network;
          const chat::Conversation conversation{chat::RoomId{row.room}, chat::PersonId{row.person}};
          const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - row.accepted);
          const Report::Value expires = row.expires ? Report::Value{*row.expires} : Report::Value{};
          table.rows.push_back({row.id, std::string{to_string(row.state)},
                                std::string{out ? "to the network" : "to the person"}, row.owner,
                                call.context.address(conversation), row.accepted, std::int64_t{age.count()}, expires});
        }
        call.answer(std::move(report));
      });
}

void release_from_spool(Call call) {
  act_on(std::move(call), "tried again", "held messages are tried again by an admin", release);
}

void return_from_spool(Call call) {
  act_on(std::move(call), "given back", "messages are given back by an admin", give_back);
}

}  // namespace dragoman::gateway::commands
