#include "config_admin.hpp"

#include <grp.h>

#include "admin/own_pages.hpp"
#include "config_http.hpp"
#include "net/address_ranges.hpp"
#include "net/unix_listener.hpp"

namespace dragoman {

namespace {

void read_listener(Settings& admin, AdminEntry& entry, std::vector<std::string>& warnings) {
  entry.url = admin.text("url");
  entry.trusted_proxies = read_trusted_proxies(admin);
  if (const auto pages = admin::OwnPages::at(entry.url); !pages) {
    admin.problem("url", pages.error().text + "; write it like \"https://gateway.example.org\"");
  }
  entry.listen = read_listen_address(admin, 8481);
  if (!entry.listen) return;
  net::AddressRanges loopback;
  for (const char* range : {"127.0.0.0/8", "::1"}) static_cast<void>(loopback.add(range));
  if (entry.listen->host != "localhost" && !loopback.contains(entry.listen->host)) {
    warnings.push_back(admin.where("listen") + ": whoever reaches " + admin.text("listen") +
                       " can read the metrics, and sees the status page's login without TLS");
  }
}

}  // namespace

std::vector<std::string> read_trusted_proxies(Settings& listener) {
  std::vector<std::string> proxies;
  for (std::string& proxy : listener.texts("trusted_proxies")) {
    if (const auto range = net::AddressRanges{}.add(proxy)) {
      proxies.push_back(std::move(proxy));
    } else {
      listener.problem("trusted_proxies", range.error().text +
                                              "; write addresses and ranges of the proxies in front, " +
                                              "such as [\"127.0.0.1\", \"10.0.0.0/8\"]");
    }
  }
  return proxies;
}

AdminEntry read_admin(Settings& file, const std::string& database, std::vector<std::string>& warnings) {
  AdminEntry entry;
  Settings admin = file.table("admin");
  entry.named = admin.has("socket") && !admin.is_off("socket");
  if (!admin.is_off("socket")) {
    // Beside the database, which only one gateway has at a time: where it may write, and where nobody else may look.
    entry.socket = admin.text("socket", database.empty() ? "" : database + ".control");
  }
  if (entry.socket.size() > net::longest_socket_path) {
    const std::string trouble = "'" + entry.socket + "' is longer than " + std::to_string(net::longest_socket_path) +
                                " bytes, which no socket may be";
    if (entry.named) {
      admin.problem("socket", trouble + "; choose a shorter path");
    } else {
      warnings.push_back(admin.where() + ": " + trouble + ": there is none; name a shorter one as [admin] socket");
    }
    entry.socket.clear();
  }
  if (const std::string name = admin.text("group"); !name.empty()) {
    if (const group* known = getgrnam(name.c_str())) {
      entry.group = known->gr_gid;
    } else {
      admin.problem("group", "there is no group '" + name + "' on this machine; groupadd makes it");
    }
  }
  read_listener(admin, entry, warnings);
  admin.finish();
  return entry;
}

}  // namespace dragoman
