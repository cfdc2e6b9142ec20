#include "gateway/privileges.hpp"

#include <utility>

#include "base/log.hpp"

namespace dragoman::gateway {

namespace {
constexpr std::size_t most_hosts = 256;
}

bool Privileges::learn(const xmpp::Element& message, const xmpp::Jid& from) {
  if (!from.is_domain()) return false;
  auto told = xmpp::read_privileges(message);
  if (!told) return false;
  const auto known = hosts_.find(from.domain());
  // A server that speaks both namespaces may say so in two messages: the current one counts.
  if (known != hosts_.end() && known->second.current && !told->current) return true;
  // Anybody's server may claim it; it would be for people of that server alone.
  if (known == hosts_.end() ? hosts_.size() >= most_hosts : known->second == *told) return true;
  const auto& network = link_.jid();
  const std::string_view host = from.domain(), speaks = told->ns();
  const bool roster = told->roster_set, messages = told->messages;
  LOG_INFO("the server grants privileges", network, host, speaks, roster, messages);
  hosts_.insert_or_assign(std::string{from.domain()}, *std::move(told));
  return true;
}

const xmpp::Privileges* Privileges::of(const xmpp::Jid& person) const {
  const auto found = hosts_.find(person.domain());
  return found == hosts_.end() ? nullptr : &found->second;
}

bool Privileges::may_write_roster(const xmpp::Jid& person) const {
  const xmpp::Privileges* rights = of(person);
  return rights != nullptr && rights->roster_get && rights->roster_set;
}

void Privileges::refused(const xmpp::Jid& host) {
  const auto known = hosts_.find(host.domain());
  if (known == hosts_.end() || !std::exchange(known->second.messages, false)) return;
  const auto& network = link_.jid();
  LOG_WARN("the server does not let us speak for its people although it said so", network, host);
}

void Privileges::get_roster(const xmpp::Jid& person, std::function<void(Result<Items>)> answered) {
  link_.ask(xmpp::make_roster_get(person.bare_view()), patience,
            [answered = std::move(answered), domain = link_.jid().str()](const Result<xmpp::Element>& answer) {
              if (!answer) return answered(answer.error());
              auto items = xmpp::read_roster(*answer);
              if (!items) return answered(failure(Fault::too_long, "the roster cannot be read"));
              std::erase_if(*items, [&](const xmpp::RosterItem& item) {
                const auto jid = xmpp::Jid::parse(item.jid);
                return !jid || jid->domain() != domain;
              });
              answered(*std::move(items));
            });
}

void Privileges::set_item(const xmpp::Jid& person, const xmpp::RosterItem& item,
                          std::function<void(Result<void>)> answered) {
  link_.ask(
      xmpp::make_roster_set(person.bare_view(), item), patience,
      [this, answered = std::move(answered), host = std::string{person.domain()}](const Result<xmpp::Element>& answer) {
        if (answer) return answered({});
        const Error& reason = answer.error();
        // internal-server-error is one of what is unavailable.
        const bool never = reason.fault == Fault::unavailable || reason.fault == Fault::forbidden ||
                           reason.fault == Fault::unsupported;
        const auto known = hosts_.find(host);
        if (never && known != hosts_.end() && std::exchange(known->second.roster_set, false)) {
          const auto& network = link_.jid();
          LOG_WARN("the server does not let us write rosters although it said so; people are asked instead", network,
                   host, reason);
        }
        answered(reason);
      });
}

void Privileges::ask(const xmpp::Jid& person, std::string_view type, xmpp::Element question,
                     std::function<void(Result<xmpp::Element>)> answered) {
  link_.ask(xmpp::make_privileged_iq(person.bare_view(), type, std::move(question)), patience,
            [answered = std::move(answered)](const Result<xmpp::Element>& answer) {
              answered(answer ? xmpp::read_privileged_answer(*answer) : answer);
            });
}

}  // namespace dragoman::gateway
