#include "gateway/client_features.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "xmpp/caps.hpp"
#include "xmpp/namespaces.hpp"

namespace dragoman::gateway {

namespace {

constexpr auto client_patience = std::chrono::seconds{30};
/// Of all features of a client; today's have 2 to 4 KiB.
constexpr std::size_t list_limit = 16 * 1024;

std::size_t size_of(const std::vector<std::string>& features) {
  std::size_t size = 0;
  for (const std::string& feature : features) size += feature.size() + sizeof(std::string);
  return size;
}

}  // namespace

void ClientFeatures::on_presence(const xmpp::Element& presence, const xmpp::Jid& client) {
  const auto caps = xmpp::read_caps(presence);
  if (!caps) return;
  const auto known = clients_.find(client.str());
  Lists::value_type* list = nullptr;
  if (known != clients_.end() && known->second->first == caps->ver) {
    list = known->second;
  } else {
    forget(client.str());
    list = list_of(caps->ver);
    if (list == nullptr) return;
    ++list->second.clients;
    clients_.emplace(client.str(), list);
    if (clients_.size() + muc_.size() >= sweep_at_) sweep();
  }
  if (!list->second.known && !list->second.asking && list->second.refused_by != client.str()) {
    ask(*list, caps->node, client);
  }
}

/// Nullptr: there are clients of so many kinds that this one stays unknown.
ClientFeatures::Lists::value_type* ClientFeatures::list_of(const std::string& ver) {
  const auto known = lists_.find(ver);
  if (known != lists_.end()) return &*known;
  if (lists_.size() >= most_hashes) {
    std::erase_if(lists_, [](const auto& each) { return each.second.clients == 0 && !each.second.asking; });
  }
  if (lists_.size() >= most_hashes) return nullptr;
  return &*lists_.emplace(ver, List{}).first;
}

void ClientFeatures::ask(Lists::value_type& list, const std::string& node, const xmpp::Jid& client) {
  list.second.asking = true;
  xmpp::Element iq{"iq", xmpp::ns::component};
  iq.set("type", "get").set("to", client.str());
  iq.add("query", xmpp::ns::disco_info).set("node", node + '#' + list.first);
  link_.ask(std::move(iq), client_patience,
            [this, ver = list.first, asked = client.str()](const Result<xmpp::Element>& answer) {
              on_answer(ver, asked, answer);
            });
}

void ClientFeatures::on_answer(const std::string& ver, const std::string& client, const Result<xmpp::Element>& answer) {
  List& list = lists_[ver];  // it is there: one that is asked for is not forgotten
  list.asking = false;
  if (!answer && answer.error().fault == Fault::closed) return;  // the next presence asks again
  const xmpp::Element* query = answer ? answer->child("query", xmpp::ns::disco_info) : nullptr;
  xmpp::DiscoInfo info;
  if (query != nullptr) info = xmpp::read_disco_info(*query);
  if (query == nullptr || !xmpp::has_ver(info, ver) || size_of(info.features) > list_limit) {
    LOG_DEBUG("client does not say what its capabilities stand for", client, ver);
    list.refused_by = client;
    return;
  }
  list.known = true;
  list.refused_by.clear();
  list.features = std::move(info.features);
  std::sort(list.features.begin(), list.features.end());
}

void ClientFeatures::forget(const std::string& client) {
  const auto known = clients_.find(client);
  if (known == clients_.end()) return;
  --known->second->second.clients;
  clients_.erase(known);
}

void ClientFeatures::learn_muc(const std::string& client) {
  muc_.insert(client);
  if (clients_.size() + muc_.size() >= sweep_at_) sweep();
}

void ClientFeatures::gone(const std::string& client) {
  forget(client);
  muc_.erase(client);
}

/// Clients that went without a word (their server was away) are looked for when there are twice as many as there were.
void ClientFeatures::sweep() {
  std::erase_if(clients_, [this](const auto& each) {
    if (is_here_(each.first)) return false;
    --each.second->second.clients;
    return true;
  });
  std::erase_if(muc_, [this](const std::string& each) { return !is_here_(each); });
  sweep_at_ = std::max<std::size_t>(1000, (clients_.size() + muc_.size()) * 2);
}

bool ClientFeatures::has(std::string_view client, std::string_view feature) const {
  const auto known = clients_.find(client);
  if (known == clients_.end()) return false;
  const std::vector<std::string>& features = known->second->second.features;
  return std::binary_search(features.begin(), features.end(), feature);
}

bool ClientFeatures::lacks(std::string_view client, std::string_view feature) const {
  const auto told = clients_.find(client);
  return told != clients_.end() && told->second->second.known && !has(client, feature);
}

std::vector<std::string> ClientFeatures::clients_with(std::string_view person, std::string_view feature) const {
  std::vector<std::string> clients;
  const std::string prefix = std::string{person} + '/';
  for (auto each = clients_.lower_bound(prefix); each != clients_.end() && each->first.starts_with(prefix); ++each) {
    if (has(each->first, feature)) clients.push_back(each->first);
  }
  return clients;
}

}  // namespace dragoman::gateway
