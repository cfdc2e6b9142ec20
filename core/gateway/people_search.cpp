#include "gateway/people_search.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "gateway/sibling.hpp"
#include "gateway/user.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::gateway {

bool fits_search(const std::string& wanted, const std::string& value) {
  if (wanted.empty()) return true;
  const std::string pattern = text::fold_case(wanted), folded = text::fold_case(value);
  if (pattern.find_first_of("*?") != std::string::npos) return text::matches(pattern, folded);
  return folded.find(pattern) != std::string::npos;
}

void PeopleSearch::Found::add(xmpp::SearchItem item) {
  if (items.size() < most) return items.push_back(std::move(item));
  truncated = true;
}

void PeopleSearch::show_form(const xmpp::Element& iq, const xmpp::Jid& from) {
  if (!may_search(iq, from)) return;
  const chat::Description& network = context_.network.describe();
  const std::string instructions =
      "Fill in one field or more to find people of " + network.name +
      ". A part of a name is enough; * stands for any text and ? for any one sign, then the whole name has to fit.";
  context_.link.send(xmpp::make_search_form(iq, "People of " + network.name, instructions,
                                            keys_.make(xmpp::search_ns, from), most_results));
}

bool PeopleSearch::may_search(const xmpp::Element& iq, const xmpp::Jid& from) {
  if (!can_search(context_.network.describe(), context_.policy)) {
    context_.link.send(xmpp::make_error_reply(iq, {"service-unavailable", {}, {}, {}}));
    return false;
  }
  const User* known = context_.find(from.bare_view());
  if (!context_.policy.needs_account() || (known != nullptr && known->registered())) {
    return true;
  }
  refuse(iq, Fault::members_only, "Register with " + context_.link.jid().str() + " to search here.");
  return false;
}

void PeopleSearch::search(const xmpp::Element& iq, const xmpp::Jid& from) {
  if (!may_search(iq, from)) return;
  const xmpp::SearchRequest request = xmpp::read_search(*iq.first_element());
  if (request.cancelled) return context_.link.send(xmpp::make_result(iq)), void();
  // XEP-0055 knows no key, and its predecessor says that none is necessary.
  if (const auto right = keys_.check(xmpp::search_ns, from, request.key, true); !right) {
    return refuse(iq, right.error().fault, right.error().text);
  }
  const xmpp::SearchFields& wanted = request.fields;
  if (wanted.empty()) return refuse(iq, Fault::unacceptable, "Say whom you search for: fill in one field at least.");
  Found found;
  found.by_form = request.by_form;
  if (iq.first_element()->child("set", xmpp::ns::rsm) != nullptr) {
    const auto page = xmpp::read_page_request(*iq.first_element());
    if (!page) return refuse(iq, page.error().fault, page.error().text);
    found.page = *page;
    found.page->max = std::min(page->max.value_or(most_results), most_results);
    found.most = most_in_pages;
  }
  if (request.most != 0) found.most = std::min(request.most, found.most);
  search_directory(wanted, found);
  // Networks know nicknames and names; an e-mail address only the directory does.
  const std::string& text = !wanted.nick.empty() ? wanted.nick : !wanted.first.empty() ? wanted.first : wanted.last;
  const bool network = context_.network.describe().capabilities.has(chat::Feature::search_people);
  if (!network || text.empty() || !wanted.email.empty() || found.truncated) return answer(iq, found);
  User* asker = context_.find(from.bare_view());
  if (asker == nullptr) {
    if (!found.items.empty()) return answer(iq, found);
    return refuse(iq, Fault::unavailable,
                  "You are not connected to " + context_.network.describe().name +
                      "; join a room first, or write \"search\" to " + context_.link.jid().str() +
                      ", which connects you.");
  }
  std::vector<std::string> parts;
  for (const UplinkOverview& each : asker->uplinks()) {
    if (!context_.network.in_parts() || each.state == SessionOverview::State::ready) parts.push_back(each.part);
  }
  ask_network({iq, wanted, text, std::move(parts)}, *asker, std::move(found));
}

void PeopleSearch::ask_network(Asked asked, User& asker, Found found) {
  const std::string part = asked.parts.empty() ? std::string{} : asked.parts.back();
  // One more than is wanted: so it is seen whether there are more.
  const chat::SearchPeople search{asked.text, found.most + 1, part};
  asker.ask(search, [this, person = asker.jid().str(), asked = std::move(asked), found = std::move(found)](
                        const chat::Done* done, const chat::Failed* failed) mutable {
    const auto* people = done == nullptr ? nullptr : std::get_if<chat::PeopleList>(&done->answer);
    if (people != nullptr) add_people(*people, asked.wanted, found);
    if (asked.parts.size() > 1) {  // one part after the other
      asked.parts.pop_back();
      if (User* still = context_.find(person)) return ask_network(std::move(asked), *still, std::move(found));
    }
    if (people == nullptr && found.items.empty()) {
      if (failed == nullptr) return refuse(asked.iq, Fault::unsupported, "The network does not tell this.");
      return refuse(asked.iq, failed->fault, failed->text);
    }
    answer(asked.iq, found);
  });
}

void PeopleSearch::search_directory(const xmpp::SearchFields& wanted, Found& found) const {
  const auto listed = directory_.search([&](const Directory::Entry& entry) {
    return fits_search(wanted.first, entry.listing.first) && fits_search(wanted.last, entry.listing.last) &&
           fits_search(wanted.nick, entry.nickname) && fits_search(wanted.email, entry.listing.email);
  });
  for (const Directory::Entry& each : listed) {
    found.add({each.jid, {each.listing.first, each.listing.last, each.nickname, each.listing.email}});
  }
}

void PeopleSearch::add_people(const chat::PeopleList& people, const xmpp::SearchFields& wanted, Found& found) const {
  if (!people.complete) found.truncated = true;
  for (const chat::FoundPerson& person : people.people) {
    // A network has one name for a person, which may hold both of theirs.
    const bool all = fits_search(wanted.nick, person.name) && fits_search(wanted.first, person.full_name) &&
                     fits_search(wanted.last, person.full_name);
    if (all) found.add({context_.address(person.person), {person.full_name, {}, person.name, {}}});
  }
}

void PeopleSearch::answer(const xmpp::Element& iq, const Found& found) {
  if (found.page) return answer_page(iq, found);
  context_.link.send(xmpp::make_search_result(iq, found.items, found.by_form, found.truncated));
}

/// XEP-0059: the address of a person is the id of their item. A network tells people in any order, and one page must
/// go on where another ends.
void PeopleSearch::answer_page(const xmpp::Element& iq, Found found) {
  std::sort(found.items.begin(), found.items.end(), [](const auto& a, const auto& b) { return a.jid < b.jid; });
  std::vector<std::string_view> ids;
  for (const xmpp::SearchItem& item : found.items) ids.push_back(item.jid);
  const auto page = xmpp::find_page(ids, *found.page);
  if (!page) return refuse(iq, page.error().fault, page.error().text);
  const auto at = [&found](std::size_t place) { return found.items.begin() + static_cast<std::ptrdiff_t>(place); };
  xmpp::Element result =
      xmpp::make_search_result(iq, {at(page->first), at(page->last)}, found.by_form, found.truncated);
  for (xmpp::Element& query : result.children) query.add(xmpp::make_page(ids, *page));
  context_.link.send(result);
}

void PeopleSearch::refuse(const xmpp::Element& iq, Fault fault, const std::string& text) {
  context_.link.send(xmpp::make_error_reply(iq, xmpp::to_stanza_error(fault, text)));
}

}  // namespace dragoman::gateway
