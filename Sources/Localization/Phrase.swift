/// One thing to say, in every language that we speak, so that none can be forgotten.
package struct Phrase: Hashable, Sendable {
    package let english: String
    package let chinese: String

    package init(_ english: String, _ chinese: String) {
        self.english = english
        self.chinese = chinese
    }

    package func text(in language: Language) -> String {
        switch language {
        case .english: english
        case .chinese: chinese
        }
    }

    /// - Parameters:
    ///   - one: the English noun for exactly one; `many` for any other count.
    ///   - chinese: measure word and noun.
    package static func count(_ count: some BinaryInteger, _ one: String, _ many: String, _ chinese: String) -> Phrase {
        Phrase("\(count) \(count == 1 ? one : many)", "\(count) \(chinese)")
    }

    package static func + (a: Phrase, b: Phrase) -> Phrase {
        Phrase(a.english + " " + b.english, a.chinese + b.chinese)
    }

    /// A label, said by itself.
    package var asSentence: Phrase { Phrase(english + ".", chinese + "。") }

    /// In quotation marks, as a label or a value stands within a sentence.
    var quoted: Phrase { Phrase("“\(english)”", "“\(chinese)”") }

    static func join(_ phrases: [Phrase]) -> Phrase {
        Phrase(phrases.map(\.english).joined(separator: ", "), phrases.map(\.chinese).joined(separator: "、"))
    }
}
