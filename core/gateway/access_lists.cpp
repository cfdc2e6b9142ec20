#include "gateway/access_lists.hpp"

namespace dragoman::gateway {

namespace {
constexpr std::array<const char*, 2> kinds{"whitelist", "disabled"};
const char* kind_of(AccessLists::List list) { return kinds[static_cast<std::size_t>(list)]; }
}  // namespace

void AccessLists::load(store::Reader& reader) {
  for (std::size_t list = 0; list < kinds.size(); ++list) {
    reader.documents(kinds[list], [&](const store::Document& document) {
      if (document.owner == gateway_) lists_[list].insert(document.key);
    });
  }
}

bool AccessLists::has(List list, std::string_view bare) const {
  const Entries& known = entries(list);
  if (known.empty()) return false;
  return known.contains(bare) || known.contains(bare.substr(bare.find('@') + 1));  // npos + 1: the whole
}

void AccessLists::add(List list, const std::string& entry) {
  if (lists_[static_cast<std::size_t>(list)].insert(entry).second) store_.put({kind_of(list), gateway_, entry, "{}"});
}

void AccessLists::remove(List list, const std::string& entry) {
  if (lists_[static_cast<std::size_t>(list)].erase(entry) > 0) store_.erase(kind_of(list), gateway_, entry);
}

void AccessLists::replace(List list, const Entries& wanted) {
  const Entries before = entries(list);
  for (const std::string& entry : before) {
    if (!wanted.contains(entry)) remove(list, entry);
  }
  for (const std::string& entry : wanted) add(list, entry);
}

}  // namespace dragoman::gateway
