package import ReplicaStore

extension StoreError {
    /// What is wrong and what to do about it, for whoever gave the command.
    package var words: String {
        switch self {
        case .missing(let path): "there is nothing at \(path)"
        case .foreign(let path): "\(path) is not a Branchline database; it was left as it is"
        case .newer(let path): "\(path) was written by a newer version: upgrade this program"
        case .wrongRole(let path):
            "\(path) is the other kind: a hub's instead of a node's, or a node's instead of a hub's"
        case .alreadyThere(let path): "\(path) is there already; nothing was changed"
        case .inUse(let path):
            "another process is at work in \(path); stop it first, or give it a moment if it is a command"
        case .full: "the disk is full; nothing was written. Make room and try again"
        case .damaged(let what):
            "the database contradicts itself (\(what)). Stop the service, keep the files, call for help"
        case .query(let words): words
        }
    }
}

extension CommandFault {
    package init(_ error: StoreError) {
        let code: Code =
            switch error {
            case .missing: .notFound
            case .alreadyThere: .exists
            case .inUse: .busy
            case .query: .usage
            case .foreign, .newer, .wrongRole, .full, .damaged: .store
            }
        self.init(code, error.words)
    }
}
