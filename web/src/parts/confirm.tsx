// Asks once before something that cannot be taken back, and says what will happen.
import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'

interface Question {
  title: string
  text: string
  act: string // the button's word: what is done, not "OK"
  danger?: boolean
  option?: string | undefined // that may be ticked as well
}

export interface Decision {
  sure: boolean
  option: boolean
}

const asked = signal<(Question & { answer: (it: Decision) => void }) | undefined>(undefined)

export function decide(question: Question): Promise<Decision> {
  return new Promise((resolve) => {
    asked.value = {
      ...question,
      answer: (it) => {
        asked.value = undefined
        resolve(it)
      },
    }
  })
}

export const confirm = async (question: Question): Promise<boolean> => (await decide(question)).sure

export function Confirm() {
  const dialog = useRef<HTMLDialogElement>(null)
  const option = useRef<HTMLInputElement>(null)
  const question = asked.value
  useEffect(() => {
    if (question) dialog.current?.showModal()
  }, [question])
  if (!question) return null
  const answer = (sure: boolean) => (event: Event) => {
    event.preventDefault()
    dialog.current?.close() // which gives the focus back to what asked
    question.answer({ sure, option: option.current?.checked ?? false })
  }
  return (
    <dialog ref={dialog} aria-labelledby="question" aria-describedby="consequence" onCancel={answer(false)}>
      <form method="dialog" onSubmit={answer(true)}>
        <h2 id="question">{question.title}</h2>
        <p id="consequence" class="soft">
          {question.text}
        </p>
        {question.option && (
          <label class="check">
            <input ref={option} type="checkbox" />
            {question.option}
          </label>
        )}
        <div class="actions">
          <button type="button" class="button" onClick={answer(false)}>
            Not now
          </button>
          <button class={question.danger ? 'button danger' : 'button main'} autofocus>
            {question.act}
          </button>
        </div>
      </form>
    </dialog>
  )
}
