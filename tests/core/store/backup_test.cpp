#include "store/backup.hpp"

#include <sys/stat.h>

#include "store/key.hpp"
#include "store/lock.hpp"
#include "store/migrations.hpp"
#include "store/restore.hpp"
#include "store/schema.hpp"
#include "store_script.hpp"

namespace dragoman::store::test {

namespace {

constexpr const char* stamp = ".replaced-20261128T091713Z";

class Backups : public StoreTest {
 protected:
  std::string copy = folder / "copy.db";

  static unsigned mode_of(const std::string& file) {
    struct stat status {};
    return ::stat(file.c_str(), &status) == 0 ? status.st_mode & 07777u : 0u;
  }
  static bool there(const std::string& file) { return std::filesystem::exists(file); }
  /// Every row of every table, in order; the log is read too.
  static std::string everything(const std::string& file) {
    auto database = Database::open(file, 0);
    database->leave_untouched(true);
    std::string text;
    for (const char* select :
         {"SELECT id || '|' || state || '|' || owner || '|' || content FROM message ORDER BY id",
          "SELECT conversation || '|' || row FROM archive ORDER BY 1",
          "SELECT id || '|' || owner || '|' || room FROM conversation ORDER BY id",
          "SELECT kind || '|' || owner || '|' || key || '|' || hex(value) FROM document ORDER BY 1"}) {
      auto statement = database->prepare(select);
      EXPECT_TRUE(statement) << statement.error().text;
      while (*statement->next()) text += std::string{statement->text(0)} + '\n';
    }
    return text;
  }
  void fill(const std::string& word) {
    for (int i = 0; i < 50; ++i) {
      const RowId row = add(word + std::to_string(i));
      mark(row, row, State::delivered);
    }
    add(word + " is waiting");
    store->put_secret({"account", "irc.example.org alice@example.org", word, "\"hunter2\""});
    commit();
  }
  Contents back_up_now() {
    auto made = back_up(path, copy, R"({"by":"test"})");
    EXPECT_TRUE(made) << made.error().text;
    return made ? *made : Contents{};
  }
  Result<Restored> put_back() { return restore(copy, {path, key_file}, stamp); }
  void expect_refused(Fault fault, const std::string& part) {
    const std::string before = everything(path), key = contents(key_file);
    const auto done = put_back();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().fault, fault) << done.error().text;
    EXPECT_NE(done.error().text.find(part), std::string::npos) << done.error().text;
    EXPECT_EQ(everything(path), before);
    EXPECT_EQ(contents(key_file), key);
    EXPECT_FALSE(there(path + stamp));
    EXPECT_FALSE(there(path + ".restoring"));
  }
};

TEST_F(Backups, AreMadeWhileTheStoreWorksAndAreOnePrivateFile) {
  open();
  fill("tea");
  const Contents made = back_up_now();
  EXPECT_EQ(made.format, newest_format());
  EXPECT_EQ(made.messages, 51);
  EXPECT_EQ(made.waiting, 1);
  EXPECT_EQ(made.accounts, 1);
  EXPECT_TRUE(made.sealed);
  EXPECT_EQ(made.newest_message, 1'790'000'000'000);
  EXPECT_EQ(mode_of(copy), 0600u);
  for (const char* suffix : {"-wal", "-shm", "-journal", ".unfinished"}) EXPECT_FALSE(there(copy + suffix)) << suffix;
  EXPECT_EQ(contents(copy).find("hunter2"), std::string::npos);
  fill("goes on");  // and the store was not disturbed
}

TEST_F(Backups, ReplaceAnOlderOneOnlyWhenTheyAreWhole) {
  open();
  fill("tea");
  back_up_now();
  const std::string good = contents(copy);
  close();
  std::filesystem::resize_file(path, 5000);
  EXPECT_FALSE(back_up(path, copy, "{}"));
  EXPECT_TRUE(good == contents(copy));
  EXPECT_FALSE(there(copy + ".unfinished"));
}

TEST_F(Backups, AreNotMadeOfNothingOrOfAnotherProgramsFile) {
  EXPECT_EQ(back_up(path, copy, "{}").error().fault, Fault::not_found);
  write_file(path, "");
  sql("CREATE TABLE thing (x)");
  EXPECT_EQ(back_up(path, copy, "{}").error().fault, Fault::malformed);
  EXPECT_FALSE(there(copy));
}

TEST_F(Backups, AFolderThatIsMissingIsNamed) {
  open();
  const auto made = back_up(path, folder / "nowhere/copy.db", "{}");
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().text.find("nowhere/copy.db"), std::string::npos) << made.error().text;
}

TEST_F(Backups, ComeBackAsTheyWereAndTheOldOneIsKept) {
  open();
  fill("tea");
  const std::string then = everything(path);
  back_up_now();
  fill("coffee");
  close();
  const std::string later = everything(path);
  const auto done = put_back();
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_EQ(done->contents.note, R"({"by":"test"})");
  EXPECT_EQ(done->kept, path + stamp);
  EXPECT_FALSE(done->key_brought);
  EXPECT_EQ(everything(path), then) << "nothing more, not even the note of the backup";
  EXPECT_EQ(everything(path + stamp), later);
  EXPECT_EQ(mode_of(path), 0600u);
  open();
  EXPECT_EQ(open_contents(), std::vector<std::string>{"tea is waiting"});
  EXPECT_EQ(archived().size(), 50u);
}

TEST_F(Backups, TheLogOfADatabaseThatCrashedGoesAsideWithIt) {
  open();
  fill("tea");
  back_up_now();
  close();
  {
    auto crashed = Database::open(path, 0);
    crashed->leave_untouched(true);  // what is new stands in the log alone
    ASSERT_TRUE(crashed->execute("DELETE FROM message"));
  }
  ASSERT_FALSE(contents(path + "-wal").empty());
  ASSERT_TRUE(put_back());
  EXPECT_FALSE(there(path + "-wal") && !contents(path + "-wal").empty()) << "an old log behind a new database";
  auto kept = Database::open(path + stamp, 0);
  EXPECT_EQ(*kept->number("SELECT count(*) FROM message"), 0);
  open();
  EXPECT_EQ(now().counts().accepted, 51u);
}

TEST_F(Backups, ADamagedDatabaseIsReplacedAndKeptWithItsLog) {
  open();
  fill("tea");
  back_up_now();
  close();
  write_file(path, std::string(5000, 'z'));
  write_file(path + "-wal", "log");
  const auto done = put_back();
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_EQ(contents(path + stamp), std::string(5000, 'z'));
  open();
  EXPECT_EQ(now().counts().accepted, 51u);
}

TEST_F(Backups, ComeBackWhereThereWasNothing) {
  open();
  fill("tea");
  back_up_now();
  const std::string then = everything(path);
  close();
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  const auto done = put_back();
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_EQ(done->kept, "");
  EXPECT_EQ(everything(path), then);
}

TEST_F(Backups, AreNotPutBackWhileAGatewayRuns) {
  open();
  fill("tea");
  back_up_now();
  expect_refused(Fault::conflict, "in use");
}

TEST_F(Backups, DamagedOnesAreRefused) {
  open();
  fill("tea");
  back_up_now();
  close();
  const std::string whole = contents(copy);
  write_file(copy, whole.substr(0, whole.size() / 2));
  expect_refused(Fault::storage, "nothing was changed");
  write_file(copy, std::string(5000, 'n'));
  expect_refused(Fault::storage, "not a SQLite database");
  write_file(copy, "");
  expect_refused(Fault::malformed, "nothing in it");
  std::filesystem::remove(copy);
  expect_refused(Fault::not_found, copy);
}

TEST_F(Backups, OneOfANewerProgramIsRefused) {
  open();
  fill("tea");
  back_up_now();
  close();
  auto newer = Database::open(copy, 0);
  ASSERT_TRUE(newer->execute("PRAGMA user_version = 99"));
  expect_refused(Fault::unsupported, "newer dragoman");
}

TEST_F(Backups, AKeyThatDoesNotFitIsRefusedAndTheOneBesideTheBackupTaken) {
  open();
  fill("tea");
  back_up_now();
  close();
  const std::string right = contents(key_file), wrong(32, 'w');
  write_file(key_file, wrong);
  expect_refused(Fault::unauthorized, "not the key");

  write_file(copy + ".key", std::string(32, 'x'));
  ::chmod((copy + ".key").c_str(), 0600);
  expect_refused(Fault::unauthorized, copy + ".key");

  write_file(copy + ".key", right);
  const auto done = put_back();
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_TRUE(done->key_brought);
  EXPECT_EQ(done->kept_key, key_file + stamp);
  EXPECT_EQ(contents(key_file), right);
  EXPECT_EQ(contents(key_file + stamp), wrong);
  EXPECT_EQ(mode_of(key_file), 0600u);
  open();
  EXPECT_EQ(now().document("account", "irc.example.org alice@example.org", "tea"), "\"hunter2\"");
}

TEST_F(Backups, AKeyThatIsMissingIsRefusedAndNotMade) {
  open();
  fill("tea");
  back_up_now();
  close();
  std::filesystem::remove(key_file);
  const auto done = put_back();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().fault, Fault::unauthorized);
  EXPECT_NE(done.error().text.find("missing"), std::string::npos) << done.error().text;
  EXPECT_FALSE(there(key_file));
}

TEST_F(Backups, OneOfAnOlderFormatIsConvertedAtTheNextStart) {
  write_file(copy, "");
  auto old = Database::open(copy, 0);
  ASSERT_TRUE(migrate(*old, schema().first(1)));
  ASSERT_TRUE(
      old->execute("INSERT INTO message VALUES (7, 1, 0, 0, 1, 1, NULL, '', 'irc.example.org', "
                   "'alice@example.org', '#tea', '', 'alice@example.org/a', 'x', 'from before')"));
  const auto done = put_back();
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_EQ(done->contents.format, 1);
  open();
  EXPECT_EQ(archived().size(), 1u);
  EXPECT_TRUE(there(path + ".before-2"));
}

TEST_F(Backups, TheLockIsLookedAtWithoutMakingOne) {
  EXPECT_EQ(Lock::acquire_existing(path + ".lock").error().fault, Fault::not_found);
  EXPECT_FALSE(there(path + ".lock"));
  open();
  EXPECT_EQ(Lock::acquire_existing(path + ".lock").error().fault, Fault::conflict);
  close();
  EXPECT_TRUE(Lock::acquire_existing(path + ".lock"));
}

}  // namespace

}  // namespace dragoman::store::test
