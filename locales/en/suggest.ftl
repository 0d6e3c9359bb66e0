# Tags that are suggested, earlier conversations like this one, and how good suggestions are.

suggested = Suggested:
suggested-sure = Fits with a probability of { $share }.
suggested-why-label = The text has this tag's name in it.
suggested-why-definition = The text shares words with this tag's definition.
suggested-why-learned = Conversations with this tag say the like.
suggested-why-examples = { $n ->
    [one] Learned from one conversation with this tag.
   *[other] Learned from { $n } conversations with this tag.
 }
suggested-nothing = Conversations like this one were mostly left without a tag.
suggested-kept-back = No suggestions here, on purpose
suggested-kept-back-why = A small share of conversations shows none. Only so can one know how good suggestions are when nobody is led by them.
