import { html, nothing, type TemplateResult } from 'lit'

import { ask } from '../../api/ask.ts'
import type { AccessDifference } from '../../api/settings-api.ts'
import type {
  MappingRule,
  ScimConnection,
  ScimRequest,
  ScimToken,
  SignInPolicy,
  SsoConnection,
} from '../../contract/index.ts'
import type { DirectoryMessages } from '../../i18n/directory/directory-messages.ts'
import { roleName } from '../../i18n/role-name.ts'
import type { SettingsMessages } from '../../i18n/settings/settings-messages.ts'
import { emptyNotice } from '../notice.ts'
import { button } from '../parts/controls.ts'
import { differenceNotice } from '../parts/difference.ts'
import { saveNotice } from '../parts/fields.ts'
import { secretField } from '../parts/secret-field.ts'
import { type Question, TeamView } from '../parts/team-view.ts'
import { TeamChoiceList } from '../team-choice-list/team-choice-list.ts'
import { conditionText, isComplete, mappingRuleForm } from './mapping-rule-form.ts'

/** A link to a directory with how it fares. */
interface Directory extends ScimConnection {
  tokens: ScimToken[]
  lastRequestAt: string | undefined
  refused: ScimRequest[]
}

type Task =
  | { kind: 'pause' | 'token' | 'revoke-token'; directory: Directory }
  | { kind: 'secret'; token: string; baseUrl: string }
  /** The rules of a connection as they would be; `edited` is in the form, or was taken out. */
  | { kind: 'rule'; edited: MappingRule; others: MappingRule[]; isDeleted: boolean }
  | { kind: 'policy' }

const REFUSED = 5

/** The company's directory: whether it arrives, with which secret, what people get by it, and how they sign in. */
export class TeamDirectory extends TeamView<Task> {
  static readonly tag = 'team-directory'
  static override readonly uses = [TeamChoiceList]
  static override properties = { ...TeamView.properties, directories: { state: true } }

  override words!: SettingsMessages & { directory: DirectoryMessages }

  private directories: readonly Directory[] | undefined
  #signIns: readonly SsoConnection[] = []
  #rules: readonly MappingRule[] = []
  #policy: SignInPolicy | undefined
  #policyVersion = ''

  protected override async load(signal: AbortSignal): Promise<void> {
    const { api } = this.desk
    const read = <Answer>(path: string): Promise<Answer> => ask(api, 'GET', path, { signal })
    const [scim, sso, { rules }, policy] = await Promise.all([
      read<{ connections: ScimConnection[] }>('scim-connections'),
      read<{ connections: SsoConnection[] }>('sso-connections'),
      read<{ rules: MappingRule[] }>('mapping-rules'),
      api.send('sign-in-policy', signal),
    ])
    const directories = await Promise.all(
      scim.connections.map(async (connection): Promise<Directory> => {
        const path = `scim-connections/${connection.id}/`
        const [{ tokens }, last, refused] = await Promise.all([
          read<{ tokens: ScimToken[] }>(`${path}tokens`),
          read<{ requests: ScimRequest[] }>(`${path}requests?limit=1`),
          read<{ requests: ScimRequest[] }>(`${path}requests?only=errors&limit=${REFUSED}`),
        ])
        const now = Date.now()
        return {
          ...connection,
          // The newest first; a token that has ended says nothing any more.
          tokens: tokens
            .filter((one) => one.revokedAt === null && Date.parse(one.expiresAt) > now)
            .toSorted((one, other) => other.createdAt.localeCompare(one.createdAt)),
          lastRequestAt: last.requests[0]?.occurredAt,
          refused: refused.requests,
        }
      }),
    )
    this.#policyVersion = policy.headers.get('etag')?.replaceAll('"', '') ?? ''
    this.#policy = (await policy.json()) as SignInPolicy
    this.#signIns = sso.connections
    this.#rules = rules
    this.directories = directories
  }

  protected override compare(task: Task): Promise<AccessDifference | undefined> {
    if (task.kind !== 'rule') return Promise.resolve(undefined)
    const body = this.#ruleSet(task)
    return ask(this.desk.api, 'POST', 'mapping-rules/preview', { body, signal: this.gone.signal })
  }

  #ruleSet(task: Extract<Task, { kind: 'rule' }>): object {
    const { edited, others, isDeleted } = task
    const rules = isDeleted ? others : [...others, edited]
    return { connectionId: edited.connectionId, rules }
  }

  async #beginRule(edited: MappingRule, isDeleted = false): Promise<void> {
    const others = this.#rules.filter(
      ({ id, connectionId }) => connectionId === edited.connectionId && id !== edited.id,
    )
    await this.begin({ kind: 'rule', edited, others, isDeleted })
    if (isDeleted) await this.preview()
  }

  async #makeToken({ id, baseUrl }: Directory): Promise<void> {
    const { desk } = this
    const about = { connectionId: id, action: 'create-token' }
    if (!desk.before('update', about)) return
    let token: string | undefined
    await this.save.run(async (key) => {
      const path = `scim-connections/${id}/tokens`
      const made = await ask<{ token: string }>(desk.api, 'POST', path, { body: {}, key })
      token = made.token
    })
    if (token === undefined) return
    this.task = { kind: 'secret', token, baseUrl }
    desk.after('update', about)
    await this.load(this.gone.signal)
  }

  protected override submit(): void {
    const { desk, task, difference } = this
    const { api, common } = desk
    switch (task?.kind) {
      case 'token':
        void this.#makeToken(task.directory)
        break
      case 'pause': {
        const { id, state } = task.directory
        const action = state === 'active' ? 'pause' : 'resume'
        void this.finish({ connectionId: id, action }, common.saved, (key) =>
          ask(api, 'POST', `scim-connections/${id}/${action}`, { key }),
        )
        break
      }
      case 'revoke-token': {
        const { id, tokens } = task.directory
        void this.finish({ connectionId: id, action: task.kind }, common.saved, () =>
          ask(api, 'DELETE', `scim-connections/${id}/tokens/${tokens.at(-1)?.id}`),
        )
        break
      }
      case 'rule':
        if (!task.isDeleted && !isComplete(task.edited)) return
        if (difference === undefined) {
          void this.preview()
          return
        }
        void this.finish({ action: 'save-rules' }, common.saved, () =>
          ask(api, 'PUT', 'mapping-rules', {
            body: { ...this.#ruleSet(task), previewHash: difference.hash },
          }),
        )
        break
      case 'policy': {
        const body = { ssoRequired: this.#policy?.ssoRequired !== true }
        void this.finish({ action: 'require-sso', ...body }, common.saved, () =>
          ask(api, 'PUT', 'sign-in-policy', { body, version: this.#policyVersion }),
        )
        break
      }
      default:
    }
  }

  protected override renderView(): TemplateResult {
    const { desk, directories, task } = this
    const words = this.words.directory
    const [first] = directories ?? []
    if (directories === undefined) {
      return html`${this.renderTop(words.title, words.hint, nothing)} ${this.renderLoading()}`
    }
    return html`${this.renderTop(words.title, words.hint, nothing)}
      ${task === undefined ? saveNotice(this.save, desk) : nothing}
      ${
        directories.length === 0
          ? emptyNotice({ title: words.none, text: '' })
          : html`<ul class="cards own">
              ${directories.map((directory) => this.#renderDirectory(directory))}
            </ul>`
      }
      ${
        first === undefined
          ? nothing
          : html`<div class="sessions">
                ${this.renderTop(
                  words.rules,
                  this.#rules.length === 0 ? words.noRules : words.rulesHint,
                  button(words.newRule, () =>
                    this.#beginRule({
                      connectionId: first.id,
                      when: { kind: 'group', group: { displayName: '' } },
                      role: null,
                      departments: [],
                      channels: [],
                      supervisor: false,
                    }),
                  ),
                )}
              </div>
              <ul class="cards own">
                ${this.#rules.map((rule) => this.#renderRule(rule))}
              </ul>`
      }
      <div class="sessions">${this.renderTop(words.signIn, words.signInHint, nothing)}</div>
      ${this.#policy === undefined ? nothing : this.#renderSignIn(this.#policy)}
      ${task === undefined ? nothing : this.renderQuestion(this.#questionOf(task))}`
  }

  #card(title: unknown, hint: unknown, aside: unknown): TemplateResult {
    return html`<li class="card" part="row">
      <span class="title">${title}</span>
      <span class="hint">${hint}</span>
      <span class="line">${this.desk.isReadOnly ? nothing : aside}</span>
    </li>`
  }

  #ago(time: string): string {
    return this.desk.text.phrasing.ago(new Date(time), Date.now())
  }

  #renderDirectory(directory: Directory): TemplateResult {
    const words = this.words.directory
    const { name, state, lastRequestAt, tokens, refused } = directory
    const [token, older] = tokens
    const begin = (kind: 'pause' | 'token' | 'revoke-token') => () =>
      this.begin({ kind, directory })
    return this.#card(
      html`<bdi>${name}</bdi
        ><span class="mark ${state === 'active' ? 'owner' : ''}">${words.states[state]}</span>`,
      html`<p>
          ${lastRequestAt === undefined ? words.neverSynced : words.lastSync(this.#ago(lastRequestAt))}
        </p>
        <p>
          ${
            token === undefined
              ? words.noToken
              : words.token(
                  this.#ago(token.createdAt),
                  this.desk.text.phrasing.date(new Date(token.expiresAt)),
                )
          }
        </p>
        ${
          refused.length === 0
            ? nothing
            : html`<details>
                <summary class="error">${words.refused(refused.length)}</summary>
                ${refused.map(
                  ({ method, path, status, scimType, occurredAt }) =>
                    html`<p>
                      <code>${method} ${path} ${status} ${scimType}</code> ${this.#ago(occurredAt)}
                    </p>`,
                )}
              </details>`
        }`,
      html`${older === undefined ? button(words.newToken, begin('token'), { about: name }) : button(words.revokeToken, begin('revoke-token'), { about: name, kind: 'danger' })}
      ${button(state === 'active' ? words.pause : words.resume, begin('pause'), { about: name })}`,
    )
  }

  #renderRule(rule: MappingRule): TemplateResult {
    const words = this.words.directory
    const { when, role, departments, channels, supervisor, orphaned } = rule
    const { messages, phrasing } = this.desk.text
    const known = this.desk.workspace.roles.find(({ key }) => key === role)
    const given = [
      ...(role === null ? [] : [known === undefined ? role : roleName(known, messages)]),
      ...departments,
      ...channels,
      ...(supervisor ? [words.supervisor] : []),
    ]
    const about = conditionText(when)
    return this.#card(
      html`<bdi>${about}</bdi>${
          orphaned === true ? html`<span class="mark">${words.orphaned}</span>` : nothing
        }`,
      html`<p>
          ${
            when.kind === 'attribute'
              ? html`<code>${when.attribute}</code> ${words.operators[when.operator]}`
              : words.kinds[when.kind]
          }
        </p>
        <p>${words.gives}: <bdi>${given.length === 0 ? '–' : phrasing.list(given)}</bdi></p>`,
      html`${button(this.desk.common.edit, () => this.#beginRule(rule), { about })}
      ${button(words.deleteRule, () => this.#beginRule(rule, true), { about, kind: 'danger' })}`,
    )
  }

  #renderSignIn({ ssoRequired, hindrances, breakGlassOwners }: SignInPolicy): TemplateResult {
    const words = this.words.directory
    const [hindrance] = hindrances
    return html`<ul class="cards own">
      ${this.#signIns.map(({ name, kind, state, issuer }) =>
        this.#card(
          html`<bdi>${name}</bdi><span class="mark">${words.states[state]}</span>`,
          html`${kind === 'saml' ? 'SAML' : 'OpenID Connect'} · <bdi>${issuer}</bdi>`,
          nothing,
        ),
      )}
      ${this.#card(
        ssoRequired ? words.required : words.notRequired,
        !ssoRequired && hindrance !== undefined ? words.hindrances[hindrance] : nothing,
        button(
          ssoRequired ? words.requireNoLonger : words.require,
          () => this.begin({ kind: 'policy' }),
          { isDisabled: !ssoRequired && hindrance !== undefined },
        ),
      )}
      ${breakGlassOwners.map(({ displayName, hasPassword, recoveryCodes }) =>
        this.#card(
          html`<bdi>${displayName}</bdi>`,
          html`${words.breakGlass}: ${words.waysIn(hasPassword, recoveryCodes)}`,
          nothing,
        ),
      )}
    </ul>`
  }

  #questionOf(task: Task): Question {
    const words = this.words.directory
    const { desk, difference } = this
    switch (task.kind) {
      case 'pause': {
        const { name, state } = task.directory
        const submit = state === 'active' ? words.pause : words.resume
        return {
          title: `${submit}: ${name}`,
          body: state === 'active' ? html`<p>${words.pauseExplained}</p>` : nothing,
          submit,
          isDangerous: state === 'active',
        }
      }
      case 'token':
        return {
          title: words.newToken,
          body: html`<p>${words.tokenExplained}</p>`,
          submit: words.newToken,
        }
      case 'revoke-token':
        return {
          title: words.revokeToken,
          body: html`<p>${words.revokeExplained}</p>`,
          submit: words.revokeToken,
          isDangerous: true,
        }
      case 'secret':
        return {
          title: words.newToken,
          body: html`${secretField(task.token, { ...words, label: words.newToken, hint: words.tokenOnce }, desk)}
            <p class="hint">${words.address}: <code>${task.baseUrl}</code></p>`,
        }
      case 'policy': {
        const { ssoRequired = false, breakGlassOwners = [] } = this.#policy ?? {}
        const names = breakGlassOwners.map(({ displayName }) => displayName)
        return {
          title: ssoRequired ? words.requireNoLonger : words.require,
          body: ssoRequired
            ? html`<p>${words.notRequired}</p>`
            : html`<p>${words.requireExplained} <bdi>${desk.text.phrasing.list(names)}</bdi></p>`,
          submit: ssoRequired ? words.requireNoLonger : words.require,
          isDangerous: !ssoRequired,
        }
      }
      case 'rule': {
        const { edited, isDeleted } = task
        return {
          title: isDeleted
            ? `${words.deleteRule}: ${conditionText(edited.when)}`
            : edited.id === undefined
              ? words.newRule
              : words.editRule,
          body: html`${
            isDeleted
              ? nothing
              : mappingRuleForm(edited, words, desk, (rule) => {
                  this.task = { ...task, edited: rule }
                  this.difference = undefined
                  this.save.forget()
                })
          }
          ${differenceNotice(difference, this.words, desk.text.phrasing)}`,
          submit: isDeleted
            ? words.deleteRule
            : difference === undefined
              ? words.preview
              : desk.common.save,
          isDangerous: isDeleted,
          isDisabled: isDeleted ? difference === undefined : !isComplete(edited),
        }
      }
      default:
        return task satisfies never
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'team-directory': TeamDirectory
  }
}
