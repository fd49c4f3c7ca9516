import Localization
import Testing

@Suite struct LanguageTests {
    @Test(arguments: [
        "zh", "zh-CN", "zh-Hans-CN", "ZH-cn", "zh-TW,zh;q=0.9", "zh-CN,zh;q=0.9,en;q=0.8", "en;q=0.5,zh;q=0.6",
        "fr, zh;q=0.1",
        " zh", "en;q=0, zh", "fr;q=0.9, zh ; q=0.001", "zh_CN.UTF-8", "zh_CN", "zh_CN:en", "zh@pinyin", "de,zh,en",
    ])
    func chineseIsSpokenToWhoeverPrefersIt(preference: String) { #expect(Language(preference: preference) == .chinese) }

    @Test(arguments: [
        nil, "", "en", "en-GB,zh;q=0.9", "en,zh", "C", "C.UTF-8", "POSIX", "fr", "*", "zh;q=0", "zh;q=0.0", "zh;q=2",
        "zh;q=1.5",
        "zh;q=0.1234", "zh;q=-1", "zh;q=", "zh;q=0.x", "zha", "zu", "中文", ";", ",,", ";q=1", "en_US.UTF-8", "q=zh",
    ])
    func englishIsSpokenToEverybodyElse(preference: String?) { #expect(Language(preference: preference) == .english) }

    @Test func theCodesAreThoseOfHTMLPages() {
        #expect(Language.allCases.map(\.rawValue) == ["en", "zh"])
    }

    @Test func aPhraseIsSaidInTheLanguageAskedFor() {
        let phrase = Phrase("Good morning", "早上好")
        #expect(phrase.text(in: .english) == "Good morning")
        #expect(phrase.text(in: .chinese) == "早上好")
    }

    @Test(arguments: [
        (0, "0 entries", "0 条记录"), (1, "1 entry", "1 条记录"), (2, "2 entries", "2 条记录"),
        (1_001, "1001 entries", "1001 条记录"),
    ])
    func countsHaveTheirPlural(count: Int, english: String, chinese: String) {
        #expect(Phrase.count(count, "entry", "entries", "条记录") == Phrase(english, chinese))
    }

    @Test(
        arguments: [
            (0, "Everything has been sent."), (1, "1 entry is waiting to be sent; nothing is lost."),
            (2, "2 entries are waiting to be sent; nothing is lost."),
        ] as [(UInt64, String)])
    func theStatusCounts(entries: UInt64, english: String) {
        #expect(StatusSentence.waiting(entries).english == english)
    }

    @Test func sentencesNameWhatTheyAreAbout() {
        #expect(
            StatusSentence.notConnected(since: "14:03")
                == Phrase("Not connected to headquarters since 14:03. Selling goes on.", "自 14:03 起未连接总部。可以继续销售。"))
        #expect(
            StatusSentence.notConnected(since: nil).english == "Not connected to headquarters yet. Selling goes on.")
    }
}
