/// What a waiting till wants of the hub. What the words mean is the engines' business.
package struct Question: Equatable, Sendable {
    /// Not in use for a question that is still open on this line.
    package let id: UInt64
    /// At most `Limits.requestArgumentsMax`.
    package let words: [String]

    package init(id: UInt64, words: [String]) {
        self.id = id
        self.words = words
    }
}

package struct Answer: Equatable, Sendable {
    package let id: UInt64
    /// `ok`, or what is wrong. A code.
    package let code: String
    package let fields: [String?]

    package init(id: UInt64, code: String, fields: [String?]) {
        self.id = id
        self.code = code
        self.fields = fields
    }

    package static let ok = "ok"
    package static let unknownQuestion = "unknown_question"
    /// The session says so in place of an answer that would not fit on a line.
    package static let tooLong = "too_long"
}
