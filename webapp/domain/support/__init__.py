"""What is true of the notes, previews and case files of support, whoever stores and shows them?"""
