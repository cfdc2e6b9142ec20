#include "gateway/accounts.hpp"

#include "base/log.hpp"
#include "gateway/json_text.hpp"

namespace dragoman::gateway {

std::string write_account(const chat::Account& account) {
  nlohmann::json object;
  object["nickname"] = account.nickname;
  if (!account.password.empty()) object["password"] = account.password.reveal();
  for (const auto& [name, values] : account.settings.all()) object["settings"][name] = values;
  return dump(object);
}

void store_account(store::Store& store, const std::string& gateway, const chat::Account& account) {
  store.put_secret({"account", gateway + ' ' + account.owner, "", write_account(account)});
}

void erase_account(store::Store& store, const std::string& gateway, const std::string& owner) {
  store.erase("account", gateway + ' ' + owner, "");
}

void load_accounts(store::Reader& reader, const std::string& gateway,
                   const std::function<void(const xmpp::Jid&, chat::Account)>& each) {
  reader.documents("account", [&](const store::Document& document) {
    if (!document.owner.starts_with(gateway + ' ')) return;
    const auto jid = xmpp::Jid::parse(std::string_view{document.owner}.substr(gateway.size() + 1));
    if (!jid) {
      LOG_ERROR("stored account has an unreadable owner and is skipped", document.owner, jid.error());
      return;
    }
    const nlohmann::json object = nlohmann::json::parse(document.value, nullptr, false);
    chat::Account account;
    account.owner = jid->str();
    account.registered = true;
    account.nickname = string_at(object, "nickname");
    account.password = Secret<std::string>{string_at(object, "password")};
    if (object.is_object() && object.contains("settings") && object["settings"].is_object()) {
      for (const auto& [name, values] : object["settings"].items()) {
        account.settings.set(name, strings_at(object["settings"], name.c_str()));
      }
    }
    each(*jid, std::move(account));
  });
}

}  // namespace dragoman::gateway
