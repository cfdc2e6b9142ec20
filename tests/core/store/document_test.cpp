#include "store/key.hpp"
#include "store/sealed.hpp"
#include "store_script.hpp"

namespace dragoman::store::test {

namespace {

using Texts = std::vector<std::string>;

class StoreDocument : public StoreTest {
 protected:
  void SetUp() override { open(); }
  Texts listed(const std::string& kind) {
    Texts found;
    now().documents(kind,
                    [&](const Document& each) { found.push_back(each.owner + "/" + each.key + "=" + each.value); });
    return found;
  }
};

TEST_F(StoreDocument, IsThereAfterItsCommit) {
  store->put({"room", "alice", "#tea", "{\"nick\":\"al\"}"});
  EXPECT_EQ(now().document("room", "alice", "#tea"), std::nullopt);
  commit();
  EXPECT_EQ(now().document("room", "alice", "#tea"), "{\"nick\":\"al\"}");
  reopen();
  EXPECT_EQ(now().document("room", "alice", "#tea"), "{\"nick\":\"al\"}");
}

TEST_F(StoreDocument, IsReplacedByALaterOneOfTheSameName) {
  store->put({"room", "alice", "#tea", "1"});
  store->put({"room", "alice", "#tea", "2"});
  commit();
  EXPECT_EQ(listed("room"), Texts{"alice/#tea=2"});
  store->put_secret({"room", "alice", "#tea", "3"});
  commit();
  EXPECT_EQ(listed("room"), Texts{"alice/#tea=3"});
}

TEST_F(StoreDocument, IsGoneWhenErased) {
  store->put({"room", "alice", "#tea", "1"});
  store->put({"room", "alice", "#coffee", "2"});
  commit();
  store->erase("room", "alice", "#tea");
  store->erase("room", "nobody", "#tea");
  commit();
  EXPECT_EQ(listed("room"), Texts{"alice/#coffee=2"});
}

TEST_F(StoreDocument, ChangesOfOneTurnCountInTheirOrder) {
  store->put({"room", "alice", "a", "1"});
  store->erase("room", "alice", "a");
  store->erase("room", "alice", "b");
  store->put({"room", "alice", "b", "2"});
  commit();
  EXPECT_EQ(listed("room"), Texts{"alice/b=2"});
}

TEST_F(StoreDocument, ListsOneKindOfAllOwners) {
  store->put({"account", "bob", "", "b"});
  store->put({"account", "alice", "", "a"});
  store->put({"accounts", "eve", "", "e"});
  commit();
  EXPECT_EQ(listed("account"), (Texts{"alice/=a", "bob/=b"}));
}

TEST_F(StoreDocument, ASecretIsReadLikeAnyOther) {
  store->put_secret({"account", "alice", "password", "\"hunter2\""});
  commit();
  reopen();
  EXPECT_EQ(now().document("account", "alice", "password"), "\"hunter2\"");
  EXPECT_EQ(listed("account"), Texts{"alice/password=\"hunter2\""});
}

TEST_F(StoreDocument, ASecretIsNowhereOnTheDisk) {
  const std::string canary = "canary-7d1f0c";
  store->put({"account", "alice", "open", "visible-" + canary.substr(7)});
  store->put_secret({"account", "alice", "password", canary});
  commit();
  const auto anywhere = [&](const std::string& text) {
    for (const auto& entry : std::filesystem::directory_iterator{folder.path()}) {
      if (contents(entry.path()).find(text) != std::string::npos) return true;
    }
    return false;
  };
  EXPECT_TRUE(anywhere("visible-7d1f0c"));  // the search finds what is there
  EXPECT_FALSE(anywhere(canary));
  close();
  EXPECT_TRUE(anywhere("visible-7d1f0c"));
  EXPECT_FALSE(anywhere(canary));
}

TEST_F(StoreDocument, ASecretThatSomebodyMovesIsRefused) {
  store->put_secret({"account", "alice", "password", "\"a\""});
  store->put_secret({"account", "eve", "password", "\"e\""});
  commit();
  close();
  sql("UPDATE document SET value = (SELECT value FROM document WHERE owner = 'alice') WHERE owner = 'eve'");
  open();
  EXPECT_EQ(now().document("account", "eve", "password"), std::nullopt);
  EXPECT_EQ(listed("account"), Texts{"alice/password=\"a\""});
}

class Sealed : public ::testing::Test {
 protected:
  Key key() {
    auto made = Key::create(folder / std::to_string(++keys_), random);
    return std::move(*made);
  }
  Folder folder;
  SystemRandom random;
  int keys_ = 0;
};

TEST_F(Sealed, OpensOnlyWithItsKeyInItsPlaceAndUnchanged) {
  const Key right = key(), wrong = key();
  const Document document{"account", "alice", "password", "value"};
  const std::string sealed = seal(right, document, random);
  EXPECT_EQ(unseal(right, document, sealed), "value");
  EXPECT_EQ(unseal(wrong, document, sealed), std::nullopt);
  EXPECT_EQ(unseal(right, {"other", "alice", "password", {}}, sealed), std::nullopt);
  EXPECT_EQ(unseal(right, {"account", "other", "password", {}}, sealed), std::nullopt);
  EXPECT_EQ(unseal(right, {"account", "alice", "other", {}}, sealed), std::nullopt);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_EQ(unseal(right, document, changed), std::nullopt) << i;
    EXPECT_EQ(unseal(right, document, sealed.substr(0, i)), std::nullopt) << i;
  }
}

TEST_F(Sealed, LooksDifferentEachTimeAndNamesItsKey) {
  const Key one = key();
  const Document document{"account", "alice", "password", ""};
  const std::string first = seal(one, document, random);
  EXPECT_NE(first, seal(one, document, random));
  EXPECT_EQ(static_cast<std::uint8_t>(first[0]), one.id());
  EXPECT_EQ(unseal(one, document, first), "");
}

}  // namespace

}  // namespace dragoman::store::test
