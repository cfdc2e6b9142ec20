#include <charconv>

#include "base/log.hpp"
#include "gateway/access_lists.hpp"
#include "gateway/bans.hpp"
#include "gateway/commands/word_tools.hpp"
#include "gateway/commands/words.hpp"
#include "gateway/overview.hpp"
#include "gateway/quotas.hpp"
#include "gateway/registrations.hpp"
#include "gateway/settings_book.hpp"
#include "gateway/user.hpp"

// People: how they are, the end of what they do or have, and how much they may.

namespace dragoman::gateway::commands {

namespace {

Report::Value time_or_nothing(Timestamp time) { return time == Timestamp{} ? Report::Value{} : Report::Value{time}; }

Error unknown(const Context& context, const xmpp::Jid& person) {
  return {Fault::not_found, person.str() + " is not known at " + context.link.jid().str() + '.'};
}

/// With the default of each beside it.
Report::Table quotas_of(const Context& context, const xmpp::Jid& person) {
  Report::Table table{"quotas", {"quota", "value", "default"}, {}};
  for (const Quota quota : quotas) {
    table.rows.push_back(
        {std::string{to_string(quota)}, context.quotas.of(person.str(), quota), default_of(quota, context.policy)});
  }
  return table;
}

}  // namespace

void list_users(Call call) {
  const Overview overview = call.context.overview();
  const std::string& part = call.arguments.get("part");
  Report report;
  Report::Table& table = report.tables.emplace_back();
  table.name = "users";
  table.columns = {"person", "nickname", "registered", "state", "since", "clients", "rooms", "waiting"};
  for (const SessionOverview& session : overview.sessions) {
    if (!part.empty() && session.person.find(part) == std::string::npos) continue;
    table.rows.push_back({session.person, session.nickname, session.registered, std::string{to_string(session.state)},
                          time_or_nothing(session.since), static_cast<std::int64_t>(session.clients),
                          static_cast<std::int64_t>(session.rooms), static_cast<std::int64_t>(session.waiting)});
  }
  call.answer(std::move(report));
}

void show_user(Call call) {
  Context& context = call.context;
  const auto person = read_person_jid(call.arguments.get("jid"));
  if (!person) return call.answer(person.error());
  const User* user = context.find(person->str());
  const Ban* ban = context.bans.find(person->str());
  const bool disabled = context.access.has(AccessLists::List::disabled, person->str());
  const bool limited = !context.quotas.own(person->str()).empty();
  if (user == nullptr && ban == nullptr && !disabled && !limited) return call.answer(unknown(context, *person));
  Report report;
  auto& facts = report.facts;
  facts.emplace_back("person", person->str());
  if (user != nullptr) {
    const SessionOverview session = user->overview();
    facts.emplace_back("nickname", session.nickname);
    facts.emplace_back("registered", session.registered);
    facts.emplace_back("state", std::string{to_string(session.state)});
    facts.emplace_back("connection", session.text);
    facts.emplace_back("since", time_or_nothing(session.since));
    facts.emplace_back("contacts", static_cast<std::int64_t>(user->subscriptions().size()));
    facts.emplace_back("waiting", static_cast<std::int64_t>(session.waiting));
    facts.emplace_back("oldest_waiting", session.oldest ? Report::Value{*session.oldest} : Report::Value{});
    facts.emplace_back("last_error", session.last_error);
    facts.emplace_back("last_error_at", time_or_nothing(session.last_error_at));
    const Timestamp login{std::chrono::seconds{context.settings.number(person->str(), "last_login", 0)}};
    facts.emplace_back("last_login", time_or_nothing(login));
  }
  if (ban != nullptr) facts.emplace_back("banned", describe(*ban));
  if (disabled) facts.emplace_back("disabled", true);
  if (user != nullptr) {
    Report::Table clients{"clients", {"client"}, {}};
    for (const std::string& client : user->present_clients()) clients.rows.push_back({client});
    report.tables.push_back(std::move(clients));
    Report::Table rooms{"rooms", {"room", "nickname", "clients", "occupants"}, {}};
    user->each_room([&rooms](const Room& room) {
      rooms.rows.push_back({room.address(), room.nick(), static_cast<std::int64_t>(room.resources().size()),
                            static_cast<std::int64_t>(room.occupants().size())});
    });
    report.tables.push_back(std::move(rooms));
  }
  report.tables.push_back(quotas_of(context, *person));
  call.answer(std::move(report));
}

void disconnect_user(Call call) {
  Context& context = call.context;
  const auto person = read_person_jid(call.arguments.get("jid"));
  if (!person) return call.answer(person.error());
  const auto reason = read_reason(call.arguments.get("reason"));
  if (!reason) return call.answer(reason.error());
  User* user = context.find(person->str());
  if (user == nullptr) return call.answer(unknown(context, *person));
  const auto &who = person->str(), &network = context.link.jid().str(), &by = call.by;
  const std::string& owner = who;
  LOG_INFO("disconnected by an admin", owner, network, by);
  user->send_away("An administrator has ended your session" + (reason->empty() ? "." : ": " + *reason));
  Report report;
  report.said = who + " is disconnected; they may come again.";
  call.answer(std::move(report));
}

void delete_user(Call call) {
  Context& context = call.context;
  const auto person = read_person_jid(call.arguments.get("jid"));
  if (!person) return call.answer(person.error());
  if (!context.registrations.has(*person)) {
    return call.answer(
        failure(Fault::not_found, person->str() + " is not registered at " + context.link.jid().str() + '.'));
  }
  const auto &who = person->str(), &network = context.link.jid().str(), &by = call.by;
  const std::string& owner = who;
  LOG_INFO("deleted by an admin", owner, network, by);
  if (const auto erased = context.registrations.erase(*person); !erased) return call.answer(erased.error());
  context.registrations.end(*person);
  Report report;
  report.said = who + " is deleted, with everything that was kept of them.";
  call.answer(std::move(report));
}

void change_quota(Call call) {
  Context& context = call.context;
  const auto person = read_person_jid(call.arguments.get("jid"));
  if (!person) return call.answer(person.error());
  const std::string &name = call.arguments.get("quota"), &text = call.arguments.get("value");
  Report report;
  if (!name.empty()) {
    const auto quota = parse_quota(name);
    if (!quota) {
      std::string known;
      for (const Quota each : quotas) known += (known.empty() ? "" : ", ") + std::string{to_string(each)};
      return call.answer(failure(Fault::unacceptable, '"' + name + "\" is no quota; there are " + known + '.'));
    }
    const auto [least, most] = range_of(*quota);
    std::optional<std::int64_t> value;
    if (text != "default") {
      std::int64_t number = 0;
      const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (failed != std::errc{} || end != text.data() + text.size() || number < least || number > most) {
        return call.answer(failure(Fault::unacceptable, name + " is a number from " + std::to_string(least) + " to " +
                                                            std::to_string(most) + ", or \"default\"."));
      }
      value = number;
    }
    context.quotas.set(person->str(), *quota, value);
    const auto &who = person->str(), &network = context.link.jid().str(), &by = call.by;
    const std::string& owner = who;
    LOG_INFO("quota changed by an admin", owner, network, name, text, by);
    report.said = "Changed for " + who + '.';
  }
  report.tables.push_back(quotas_of(context, *person));
  call.answer(std::move(report));
}

}  // namespace dragoman::gateway::commands
