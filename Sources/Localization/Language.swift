/// A language that we speak.
package enum Language: String, CaseIterable, Sendable {
    case english = "en"
    case chinese = "zh"

    /// What somebody asks for, in the form of an `Accept-Language` header (`zh-CN,zh;q=0.9,en;q=0.8`) or of a `LANG`
    /// value (`zh_CN.UTF-8`). The most wanted language that we speak; English where there is none.
    package init(preference: String?) {
        var best: (language: Language, weight: Int) = (.english, 0)
        for item in (preference ?? "").split(whereSeparator: { $0 == "," || $0 == ":" }) {
            let parts = item.split(separator: ";")
            guard let tag = parts.first, let language = Language(tag: tag) else { continue }
            let weight = Self.weight(of: parts.dropFirst())
            if weight > best.weight { best = (language, weight) }
        }
        self = best.language
    }

    /// `zh`, `zh-Hans-CN` or `zh_CN.UTF-8`: the letters in front decide.
    private init?(tag: Substring) {
        let letters = tag.drop(while: \.isWhitespace).prefix { $0.isASCII && $0.isLetter }
        self.init(rawValue: letters.lowercased())
    }

    /// Thousandths, 0 for what is not wanted or cannot be read.
    private static func weight(of parameters: ArraySlice<Substring>) -> Int {
        for parameter in parameters {
            let text = parameter.filter { !$0.isWhitespace }.lowercased()
            guard text.hasPrefix("q=") else { continue }
            return thousandths(text.dropFirst(2)) ?? 0
        }
        return 1_000
    }

    /// `1`, `0.5` and `0.875`; nil for what is no weight by RFC 9110.
    private static func thousandths(_ text: Substring) -> Int? {
        let halves = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = halves.first, whole == "0" || whole == "1" else { return nil }
        let fraction = halves.count == 2 ? String(halves[1]) : ""
        guard fraction.count <= 3, fraction.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        let digits = String(whole) + fraction + String(repeating: "0", count: 3 - fraction.count)
        return Int(digits).flatMap { $0 <= 1_000 ? $0 : nil }
    }
}
