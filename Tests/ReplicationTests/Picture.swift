import Replication

/// Small records as text. `A2 name=Lin tag/vip- > A1 B1`: actor A's second operation writes a name, takes an
/// element out of a set, and replaces in these slots what A1 and B1 wrote. Several are divided by ` | `.
extension String {
    func delta() -> Delta {
        let halves = split(separator: " > ")
        let words = halves[0].split(separator: " ")
        let replaces = halves.dropFirst().first?.split(separator: " ").map { Dot(picture: $0) } ?? []
        let writes = words.dropFirst().map { word in
            let parts = word.split(separator: "=", maxSplits: 1)
            let name = parts.count == 2 ? parts[0] : parts[0].dropLast()
            let value = parts.count == 2 ? Array(parts[1].utf8) : nil
            return Write(slot: Slot(picture: name), value: value, replaces: replaces)
        }
        let dot = Dot(picture: words[0])
        return Delta(dot: dot, time: HybridTime(10 * dot.sequence), authority: .shop, writes: writes)
    }

    func deltas() -> [Delta] { split(separator: " | ").map { String($0).delta() } }

    func replica() -> Replica { Replica.receiving(deltas()) }
}

extension RecordState {
    /// `name=Li@A1 name=Wang@B1`
    var picture: String {
        live.map { "\($0.slot.picture)=\(String(decoding: $0.value, as: UTF8.self))@\($0.dot.picture)" }
            .joined(separator: " ")
    }
}

private let fieldNames = ["name", "phone", "tag"]

extension Slot {
    fileprivate init(picture: Substring) {
        let parts = picture.split(separator: "/")
        let field = fieldNames.firstIndex(of: String(parts[0])).map { UInt16($0) }
        self.init(field: field ?? .max, element: parts.count == 2 ? Array(parts[1].utf8) : [])
    }

    fileprivate var picture: String {
        let name = fieldNames[Int(field)]
        return element.isEmpty ? name : "\(name)/\(String(decoding: element, as: UTF8.self))"
    }
}

extension Dot {
    fileprivate init(picture: Substring) {
        let letter = picture.utf8.first.map { $0 - UInt8(ascii: "A") + 1 } ?? 0
        self.init(ActorID(UInt128(letter)), UInt64(picture.dropFirst()) ?? 0)
    }

    fileprivate var picture: String {
        let letter = Unicode.Scalar(UInt8(ascii: "A") + UInt8(actor.value) - 1)
        return "\(Character(letter))\(sequence)"
    }
}
