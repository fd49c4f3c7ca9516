import LineCodec
import Replication

/// The dots of the values that were on the screen, as an answer spells them and an edit gives them back:
/// `actor:sequence`, joined by commas; nothing where nothing was shown.
enum SeenDots {
    static func text(_ dots: [Dot]) -> String {
        dots.map { "\(Hexadecimal.text($0.actor.value)):\($0.sequence)" }.joined(separator: ",")
    }

    static func read(_ text: String) -> [Dot]? {
        guard !text.isEmpty else { return [] }
        var dots: [Dot] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let dot = dot(part) else { return nil }
            dots.append(dot)
        }
        return dots
    }

    private static func dot(_ text: Substring) -> Dot? {
        let halves = text.split(separator: ":", omittingEmptySubsequences: false)
        guard halves.count == 2, let actor = Hexadecimal.identifier(String(halves[0])),
            let sequence = UInt64(halves[1]),
            sequence > 0
        else { return nil }
        return Dot(ActorID(actor), sequence)
    }
}
